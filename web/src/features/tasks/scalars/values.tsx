// The values of every series as numbers: single ones, and of curves the first, last, least, greatest and mean.
import { useMemo, useState, type ReactNode } from "react";
import type { LastMetric } from "~/api/documents";
import { useAnswer } from "~/api/queries";
import { Button } from "~/design/button";
import { SearchField } from "~/design/field";
import { Empty, Loading } from "~/design/parts";
import { count, number } from "~/format";
import css from "../task.module.css";
import board from "./board.module.css";
import { csvCell } from "./board";
import { metricsOf } from "../tabs/overview";

export function ScalarValues({ id, isModel, tools }: { id: string; isModel: boolean; tools: ReactNode }) {
  const task = useAnswer("tasks.get_by_id_ex", { id: [id], only_fields: ["last_metrics"] } as never, { enabled: !isModel, every: 10_000 });
  const model = useAnswer("models.get_by_id_ex", { id: [id], only_fields: ["last_metrics"] } as never, { enabled: isModel });
  const singles = useAnswer("events.get_task_single_value_metrics", { tasks: [id], ...(isModel ? { model_events: true } : {}) } as never);
  const [search, setSearch] = useState("");
  const rows = useMemo<LastMetric[]>(() => {
    const document = isModel ? model.data?.models[0] : task.data?.tasks[0];
    return document ? metricsOf(document) : [];
  }, [isModel, model.data, task.data]);
  const single = singles.data?.tasks[0]?.values ?? [];
  const isSingle = new Set(single.map((one) => `${one.metric}\u0000${one.variant}`));
  const matches = (one: { metric: string; variant: string }) => `${one.metric} ${one.variant}`.toLowerCase().includes(search.toLowerCase());
  const curves = rows.filter((one) => !isSingle.has(`${one.metric}\u0000${one.variant}`) && matches(one));
  const save = () => {
    const lines = ["metric,variant,first,last,min,min iteration,max,max iteration,mean,points", ...curves.map((one) => [csvCell(one.metric), csvCell(one.variant), one.first_value, one.value, one.min_value, one.min_value_iteration, one.max_value, one.max_value_iteration, one.mean_value, one.count].map((value) => value ?? "").join(","))];
    const url = URL.createObjectURL(new Blob([lines.join("\n")], { type: "text/csv" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = `values-${id}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return (
    <div className={board.main} style={{ height: "100%" }}>
      <div className={board.bar}>
        <SearchField label="Find a metric" value={search} onChange={setSearch} wait={80} data-page-search />
        <Button isSmall kind="quiet" onClick={save}>Save as CSV</Button>
        <span className="grow" />
        {tools}
      </div>
      <div className="scrolls" tabIndex={0} role="region" aria-label="Values">
        {task.isPending && !isModel ? <Loading /> : null}
        {single.filter(matches).length > 0 ? (
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">Single value</th>
                <th scope="col" className={css.right}>Value</th>
              </tr>
            </thead>
            <tbody>
              {single.filter(matches).map((one) => (
                <tr key={`${one.metric}/${one.variant}`}>
                  <th scope="row">{one.metric === "Summary" ? one.variant : `${one.metric} / ${one.variant}`}</th>
                  <td className={css.right}>{number(one.value)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : null}
        {curves.length > 0 ? (
          <table className={css.table}>
            <thead>
              <tr>
                {["Metric", "Series", "First", "Last", "Least", "at", "Greatest", "at", "Mean", "Points"].map((name, index) => (
                  <th key={index} scope="col" className={index > 1 ? css.right : undefined}>{name}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {curves.map((one) => (
                <tr key={`${one.metric}\u0000${one.variant}`}>
                  <th scope="row">{one.metric}</th>
                  <td>{one.variant}</td>
                  <td className={css.right}>{number(one.first_value)}</td>
                  <td className={css.right}><b>{number(one.value)}</b></td>
                  <td className={css.right}>{number(one.min_value)}</td>
                  <td className={`${css.right} dimmer`}>{number(one.min_value_iteration)}</td>
                  <td className={css.right}>{number(one.max_value)}</td>
                  <td className={`${css.right} dimmer`}>{number(one.max_value_iteration)}</td>
                  <td className={css.right}>{number(one.mean_value)}</td>
                  <td className={`${css.right} dimmer`}>{count(one.count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : single.length === 0 && !task.isPending ? <Empty title="No values" /> : null}
      </div>
    </div>
  );
}
