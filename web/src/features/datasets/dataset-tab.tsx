// A version of a dataset: how much it holds, its files, what it stands on, and how it is used from code.
import { useMemo } from "react";
import type { Task } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { CodeBlock, Clamp, Facts, Panel } from "~/design/parts";
import { Graph, type GraphNode } from "~/design/graph/graph";
import { StatusIcon } from "~/design/status";
import { bytes } from "~/format";
import { to } from "~/routes";
import { Link, useGo } from "~/shell/link";
import { Place } from "../tasks/tabs/artifacts";
import css from "../tasks/task.module.css";
import { contentOf } from "./content";
import { Files } from "./files";
import { ancestorsOf } from "./lineage";

export function DatasetTab({ version }: { version: Task }) {
  const ancestors = useMemo(() => ancestorsOf(version), [version]);
  const ids = useMemo(() => ancestors.map((one) => one.id).filter((id) => id !== version.id), [ancestors, version.id]);
  const found = useAnswer("tasks.get_all_ex", { id: ids, search_hidden: true, only_fields: ["id", "name", "status", "runtime"] } as never, { enabled: ids.length > 0 });
  const content = useMemo(() => contentOf(version), [version]);
  const go = useGo();
  const lineage = ancestors.map(({ id, parents }): GraphNode => {
    const one = id === version.id ? version : found.data?.tasks.find((task) => task.id === id);
    return { name: id, parents, title: one?.name ?? id.slice(0, 8), note: one?.runtime?.version ?? "", icon: <StatusIcon status={one?.status ?? "unknown"} size={15} /> };
  });
  const artifacts = version.execution?.artifacts ?? [];
  const state = artifacts.find((one) => one.key === "state");
  const data = artifacts.filter((one) => one.key !== "state");
  return (
    <div className={css.pad}>
      <div className={css.two}>
        <div className={css.stack}>
          <Panel title="Content">
            <Facts
              facts={[
                { name: "Version", value: version.runtime?.version ?? "" },
                ...(state?.display_data ?? []).map(([name, value]) => ({ name, value })),
                { name: "In parts", value: data.length || "" },
                { name: "Size of the parts", value: data.length ? bytes(data.reduce((sum, one) => sum + (one.content_size ?? 0), 0)) : "" },
              ]}
            />
            {state?.type_data?.preview ? <Clamp text={state.type_data.preview} isMono lines={14} /> : <p className="dim">It is not finalised yet.</p>}
          </Panel>
          {data.length > 0 ? (
            <Panel title="Parts" isFlush>
              <table className={css.table}>
                <tbody>
                  {data.map((one) => (
                    <tr key={one.key}>
                      <th scope="row">{one.key}</th>
                      <td><Place uri={one.uri} /></td>
                      <td className={css.right}>{bytes(one.content_size)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Panel>
          ) : null}
        </div>
        <div className={css.stack}>
          <Panel title="Stands on">
            {ids.length === 0 ? <p className="dim">No other version.</p> : null}
            <ul>
              {ids.map((id) => {
                const one = found.data?.tasks.find((task) => task.id === id);
                return (
                  <li key={id} className="row" style={{ padding: "3px 0" }}>
                    {one ? <StatusIcon status={one.status} size={13} /> : null}
                    <Link href={to.task(id, "dataset")} className="link cut">{one?.name ?? id.slice(0, 8)}</Link>
                    <span className="dimmer">{one?.runtime?.version}</span>
                  </li>
                );
              })}
            </ul>
          </Panel>
          <Panel title="Use it">
            <CodeBlock label="the code" text={`from clearml import Dataset\n\nfolder = Dataset.get(dataset_id="${version.id}").get_local_copy()`} />
          </Panel>
        </div>
      </div>
      {content ? <Files content={content} /> : null}
      {ids.length > 0 ? (
        <Panel title="Lineage" isFlush>
          <div style={{ maxHeight: 420, display: "flex" }}>
            <Graph label="Graph of the versions" nodes={lineage} chosen={version.id} onChoose={(id) => go(to.task(id, "dataset"))} />
          </div>
        </Panel>
      ) : null}
    </div>
  );
}
