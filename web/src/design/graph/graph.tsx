// What stands on what, as boxes and lines from left to right. A box is pressed.
import { useMemo, type ReactNode } from "react";
import css from "./graph.module.css";
import { layOut, NODE, type Node } from "./lay-out";

export interface GraphNode extends Node {
  title: string;
  note: string;
  icon: ReactNode;
}

export function Graph({ label, nodes, zoom = 1, chosen, onChoose }: { label: string; nodes: readonly GraphNode[]; zoom?: number; chosen: string | null; onChoose: (name: string) => void }) {
  // The lay-out follows the shape, not every change of a state.
  const shape = JSON.stringify(nodes.map((node) => [node.name, node.parents]));
  const { places, width, height } = useMemo(() => layOut(nodes), [shape]);
  return (
    <div className={css.canvas} tabIndex={0} role="region" aria-label={label}>
      <div style={{ width: width * zoom, height: height * zoom }}>
        <div className={css.sheet} style={{ width, height, transform: `scale(${zoom})` }}>
          <svg width={width} height={height} aria-hidden>
            {nodes.flatMap((node) =>
              node.parents.map((parent) => {
                const [from, into] = [places.get(parent), places.get(node.name)];
                if (!from || !into) return null;
                const [x1, y1, x2, y2] = [from.x + NODE.width, from.y + NODE.height / 2, into.x, into.y + NODE.height / 2];
                const bend = Math.max(24, (x2 - x1) / 2);
                return <path key={`${parent}\u0000${node.name}`} d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`} {...(chosen === parent || chosen === node.name ? { "data-of": true } : {})} />;
              }),
            )}
          </svg>
          {nodes.map((node) => {
            const place = places.get(node.name);
            return place ? (
              <button key={node.name} type="button" className={css.node} aria-pressed={chosen === node.name} style={{ left: place.x, top: place.y, width: NODE.width, height: NODE.height }} onClick={() => onChoose(node.name)}>
                {node.icon}
                <span>
                  <b title={node.title}>{node.title}</b>
                  <small>{node.note}</small>
                </span>
              </button>
            ) : null;
          })}
        </div>
      </div>
    </div>
  );
}
