// A point for each run by two of its values. The nearest one to the pointer says what it is; a click opens it. What cannot
// be pointed at is reached by the arrows: they go from point to point, Enter opens.
import { useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { scaleOf, type ScaleKind } from "./scale";
import css from "./scatter.module.css";

export interface ScatterPoint {
  id: string;
  name: string;
  x: string | null;
  y: string | null;
  colour: string;
  /** Said below the name, beside the two values. */
  note?: string;
}

export interface ScatterAxis {
  label: string;
  kind: ScaleKind;
  text: (value: string) => string;
}

const [LEFT, RIGHT, TOP, BOTTOM, INSET] = [64, 16, 12, 42, 10];
const TICK_WIDTH = 70;
/** Pixels from a point within which the pointer means it. */
const REACH = 28;

interface Place {
  point: ScatterPoint;
  left: number;
  top: number;
}

export function Scatter({ label, points, x, y, onOpen, height = 320 }: { label: string; points: readonly ScatterPoint[]; x: ScatterAxis; y: ScatterAxis; onOpen: (id: string) => void; height?: number }) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(600);
  const [at, setAt] = useState<string | null>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setWidth(Math.max(220, element.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const [right, bottom] = [width - RIGHT - INSET, height - BOTTOM - INSET];
  const across = useMemo(() => scaleOf(points.map((point) => point.x), x.kind), [points, x.kind]);
  const up = useMemo(() => scaleOf(points.map((point) => point.y), y.kind), [points, y.kind]);
  const left = (place: number) => LEFT + INSET + place * (right - LEFT - INSET);
  const top = (place: number) => bottom - place * (bottom - TOP - INSET);
  const places: Place[] = points.flatMap((point, index) => {
    const [h, v] = [across.places[index] ?? null, up.places[index] ?? null];
    return h === null || v === null ? [] : [{ point, left: left(h), top: top(v) }];
  });
  const shown = places.find(({ point }) => point.id === at);
  const nearest = (event: PointerEvent<HTMLDivElement>) => {
    const rect = event.currentTarget.getBoundingClientRect();
    const distance = (one: Place) => Math.hypot(one.left - (event.clientX - rect.left), one.top - (event.clientY - rect.top));
    const best = places.reduce<Place | null>((found, one) => (found && distance(found) <= distance(one) ? found : one), null);
    setAt(best && distance(best) < REACH ? best.point.id : null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && shown) onOpen(shown.point.id);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const order = [...places].sort((a, b) => a.left - b.left || a.top - b.top);
    const next = shown ? order.indexOf(shown) + step : step > 0 ? 0 : order.length - 1;
    setAt(order[Math.min(order.length - 1, Math.max(0, next))]?.point.id ?? null);
  };
  // Words of neighbours would lie upon each other.
  const every = Math.max(1, Math.ceil((across.ticks.length * TICK_WIDTH) / Math.max(1, right - LEFT)));
  return (
    <div
      ref={box} className={css.scatter} style={{ height }} role="application" aria-roledescription="scatter chart" aria-label={`${label}: arrows go from point to point, Enter opens`} tabIndex={0}
      onPointerMove={nearest} onPointerLeave={() => setAt(null)} onBlur={() => setAt(null)} onClick={() => shown && onOpen(shown.point.id)} onKeyDown={onKeyDown} {...(shown ? { "data-hit": true } : {})}
    >
      <svg width={width} height={height} aria-hidden>
        {across.ticks.map((tick, index) => (
          <g key={index}>
            <line x1={left(tick.at)} x2={left(tick.at)} y1={TOP} y2={height - BOTTOM} />
            {index % every === 0 ? <text x={left(tick.at)} y={height - BOTTOM + 15} textAnchor={left(tick.at) > width - 40 ? "end" : "middle"}>{tick.text}</text> : null}
          </g>
        ))}
        {up.ticks.map((tick, index) => (
          <g key={index}>
            <line x1={LEFT} x2={width - RIGHT} y1={top(tick.at)} y2={top(tick.at)} />
            <text x={LEFT - 7} y={top(tick.at) + 4} textAnchor="end">{tick.text.length > 9 ? `${tick.text.slice(0, 8)}…` : tick.text}</text>
          </g>
        ))}
        <text x={(LEFT + width - RIGHT) / 2} y={height - 6} textAnchor="middle" className={css.axis}>{x.label}</text>
        <text transform={`translate(13 ${(TOP + height - BOTTOM) / 2}) rotate(-90)`} textAnchor="middle" className={css.axis}>{y.label}</text>
        {places.map(({ point, left: h, top: v }) => (
          <circle key={point.id} cx={h} cy={v} r={point.id === at ? 6 : 4} fill={point.colour} data-at={point.id === at || undefined} data-id={point.id} />
        ))}
      </svg>
      {shown ? (
        <div className={css.tip} style={{ top: shown.top + 12, ...(shown.left > width / 2 ? { right: width - shown.left } : { left: shown.left }) }}>
          <b>{shown.point.name}</b>
          {shown.point.note ? <span>{shown.point.note}</span> : null}
          <span>{x.label}: {x.text(shown.point.x ?? "")}</span>
          <span>{y.label}: {y.text(shown.point.y ?? "")}</span>
        </div>
      ) : null}
      <span className="screen-reader" role="status">{shown ? `${shown.point.name}, ${x.label} ${x.text(shown.point.x ?? "")}, ${y.label} ${y.text(shown.point.y ?? "")}` : ""}</span>
    </div>
  );
}
