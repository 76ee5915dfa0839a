// The task at a glance: how it does, its last values, what it was given, what it made.
import { useMemo } from "react";
import type { LastMetric, Task } from "~/api/documents";
import { Button } from "~/design/button";
import { Empty, Facts, Panel } from "~/design/parts";
import { bytes, count, number } from "~/format";
import type { TaskTab } from "~/routes";
import { to } from "~/routes";
import { Link } from "~/shell/link";
import { QueueLink, queueOf } from "../actions/queue-choice";
import css from "../task.module.css";
import { Description } from "./info";
import { Waiting } from "./waiting";

const METRICS_SHOWN = 14;
const PARAMS_SHOWN = 14;

export function metricsOf(task: Pick<Task, "last_metrics">): LastMetric[] {
  return Object.values(task.last_metrics ?? {}).flatMap((variants) => Object.values(variants)).filter((one) => one.metric !== undefined);
}

export function Overview({ task, onTab }: { task: Task; onTab: (tab: TaskTab) => void }) {
  const metrics = useMemo(() => {
    const list = metricsOf(task).sort((a, b) => a.metric.localeCompare(b.metric) || a.variant.localeCompare(b.variant));
    // What the machine did comes after what the code reported.
    return [...list.filter((one) => !one.metric.startsWith(":")), ...list.filter((one) => one.metric.startsWith(":"))];
  }, [task]);
  const params = Object.entries(task.hyperparams ?? {}).flatMap(([section, entries]) => Object.values(entries).map((one) => ({ ...one, section })));
  const queue = queueOf(task);
  const artifacts = task.execution?.artifacts ?? [];
  const models = task.models?.output ?? [];
  return (
    <div className={css.pad}>
      {task.status === "queued" ? <Waiting task={task} /> : null}
      <div className={css.two}>
        <div className={css.stack}>
          <Panel title="Last values" isFlush actions={metrics.length ? <Button isSmall kind="quiet" onClick={() => onTab("scalars")}>Curves</Button> : null}>
            {metrics.length === 0 ? (
              <Empty title="Nothing reported yet">`logger.report_scalar()` and what frameworks log appear here.</Empty>
            ) : (
              <table className={css.table}>
                <thead>
                  <tr>
                    <th scope="col">Metric</th>
                    <th scope="col" className={css.right}>Last</th>
                    <th scope="col" className={css.right}>Min</th>
                    <th scope="col" className={css.right}>Max</th>
                  </tr>
                </thead>
                <tbody>
                  {metrics.slice(0, METRICS_SHOWN).map((one) => (
                    <tr key={`${one.metric}\u0000${one.variant}`}>
                      <th scope="row" style={{ overflowWrap: "anywhere" }}>
                        {one.metric} <span className="dimmer">{one.variant === one.metric ? "" : one.variant}</span>
                      </th>
                      <td className={css.right}>{number(one.value)}</td>
                      <td className={`${css.right} dim`}>{number(one.min_value)}</td>
                      <td className={`${css.right} dim`}>{number(one.max_value)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
            {metrics.length > METRICS_SHOWN ? <More text={`${count(metrics.length - METRICS_SHOWN)} more`} onClick={() => onTab("scalars")} /> : null}
          </Panel>
          <Panel title="Parameters" actions={<Button isSmall kind="quiet" onClick={() => onTab("config")}>All</Button>}>
            {params.length === 0 ? <p className="dim">None.</p> : <Facts facts={params.slice(0, PARAMS_SHOWN).map((one) => ({ name: `${one.section}/${one.name}`, value: <span className="mono">{one.value === "" ? "''" : one.value.slice(0, 300)}</span> }))} />}
            {params.length > PARAMS_SHOWN ? <p className="dimmer" style={{ paddingTop: 6 }}>{count(params.length - PARAMS_SHOWN)} more</p> : null}
          </Panel>
        </div>
        <div className={css.stack}>
          <Description task={task} />
          <Panel title="Runs" actions={<Button isSmall kind="quiet" onClick={() => onTab("exec")}>Execution</Button>}>
            <Facts
              facts={[
                { name: "Script", value: <span className="mono">{task.script?.entry_point ?? ""}</span> },
                { name: "Repository", value: <span className="mono">{task.script?.repository ?? ""}</span> },
                { name: "Revision", value: <span className="mono">{task.script?.version_num?.slice(0, 12) || task.script?.tag || task.script?.branch || ""}</span> },
                { name: "Container", value: <span className="mono">{task.container?.image ?? ""}</span> },
                { name: "Queue", value: queue ? <QueueLink id={queue} /> : "" },
                { name: "Worker", value: task.last_worker ? <Link href={to.worker(task.last_worker)} className="link">{task.last_worker}</Link> : "" },
                { name: "User", value: task.user?.name ?? "" },
              ]}
            />
          </Panel>
          <Panel title="Made" actions={artifacts.length + models.length ? <Button isSmall kind="quiet" onClick={() => onTab("artifacts")}>All</Button> : null}>
            {artifacts.length + models.length === 0 ? (
              <p className="dim">No artifacts or models yet.</p>
            ) : (
              <Facts
                facts={[
                  ...models.slice(0, 6).map((one) => ({ name: "Model", value: one.name })),
                  ...artifacts.slice(0, 6).map((one) => ({ name: one.type || "Artifact", value: <span>{one.key} <span className="dimmer">{bytes(one.content_size)}</span></span> })),
                ]}
              />
            )}
          </Panel>
        </div>
      </div>
    </div>
  );
}

function More({ text, onClick }: { text: string; onClick: () => void }) {
  return (
    <button type="button" className="link" style={{ padding: "8px 14px" }} onClick={onClick}>
      {text}
    </button>
  );
}
