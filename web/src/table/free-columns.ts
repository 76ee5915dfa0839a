// Columns that a table does not come with: one for each metric that was ever reported. Pure.
import type { Task } from "~/api/documents";
import type { Column } from "~/design/grid/columns";
import { number } from "~/format";
import { metricPath, METRIC_VALUES, parseMetricId, type MetricColumn } from "./filters";
import { md5 } from "./md5";

/** A column, and the fields that the server has to be asked for it; the first of them is what the column is about. */
export interface FieldColumn<Row> extends Column<Row> {
  fields: readonly string[];
}

type Measured = Pick<Task, "last_metrics">;

export function metricValue(row: Measured, { metric, variant, value }: MetricColumn): number | string | undefined {
  return row.last_metrics?.[md5(metric)]?.[md5(variant)]?.[METRIC_VALUES[value]];
}

/** Null when the id is no metric's. */
export function metricColumn(id: string): FieldColumn<Measured> | null {
  const metric = parseMetricId(id);
  if (!metric) return null;
  const path = metricPath(metric);
  const suffix = metric.value === "last" ? "" : ` ${metric.value}`;
  return {
    id, label: metric.variant === metric.metric ? `${metric.metric}${suffix}` : `${metric.metric} / ${metric.variant}${suffix}`, title: `${metric.metric} / ${metric.variant}, ${metric.value} value`,
    width: 110, isRight: true, sort: path, fields: [path],
    text: (row) => number(metricValue(row, metric)),
  };
}

/** The name is always first; ids that mean nothing are left out. */
export function columnsBy<Row>(ids: readonly string[], columnOf: (id: string) => FieldColumn<Row> | null | undefined): FieldColumn<Row>[] {
  return ["name", ...ids.filter((id) => id !== "name")].map(columnOf).filter((column) => column !== null && column !== undefined);
}

export function fieldsBy<Row>(columns: readonly FieldColumn<Row>[], always: readonly string[]): string[] {
  return [...new Set([...always, ...columns.flatMap((column) => column.fields)])].sort();
}
