// The filters of a table: as they stand in the address, as people read them, and as the server is asked. Pure.
import type { Params } from "~/shell/address";
import { decoded, escapePattern } from "~/format";
import { md5 } from "./md5";

/** What a table can be filtered by. `key` is its name in the address. */
export interface FilterField {
  key: string;
  label: string;
  kind: "choice" | "tags" | "range" | "time" | "duration";
  /** The server's field. */
  field: string;
}

export const RELATIVE_TIMES = ["1h", "24h", "7d", "30d", "90d"] as const;
const UNIT_SECONDS: Record<string, number> = { h: 3600, d: 86_400 };

export type Filter =
  | { kind: "choice"; key: string; values: string[] }
  | { kind: "tags"; key: string; any: string[]; all: string[]; none: string[] }
  | { kind: "range" | "duration"; key: string; from: number | null; to: number | null }
  | { kind: "time"; key: string; last: string | null; from: string | null; to: string | null };

/** Values of a list: commas in them are not the list's. */
export function writeList(values: readonly string[]): string {
  return values.map((value) => value.replace(/[%,]/g, (sign) => encodeURIComponent(sign))).join(",");
}

export function parseList(text: string | undefined): string[] {
  if (!text) return [];
  return text.split(",").filter(Boolean).map(decoded);
}

function parseNumber(text: string | undefined): number | null {
  if (!text?.trim()) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** The filter of this field that the address holds, if any. */
export function parseFilter(field: FilterField, params: Params): Filter | null {
  const text = params[field.key];
  switch (field.kind) {
    case "choice": {
      const values = parseList(text);
      return values.length ? { kind: "choice", key: field.key, values } : null;
    }
    case "tags": {
      const any = parseList(text);
      const all = parseList(params[`${field.key}.all`]);
      const none = parseList(params[`${field.key}.not`]);
      return any.length + all.length + none.length ? { kind: "tags", key: field.key, any, all, none } : null;
    }
    case "range":
    case "duration": {
      if (!text?.includes("..")) return null;
      const [from, to] = text.split("..");
      const filter = { kind: field.kind, key: field.key, from: parseNumber(from), to: parseNumber(to) };
      return filter.from === null && filter.to === null ? null : filter;
    }
    case "time": {
      if (!text) return null;
      if (/^\d+[hd]$/.test(text)) return { kind: "time", key: field.key, last: text, from: null, to: null };
      if (!text.includes("..")) return null;
      const [from, to] = text.split("..");
      return from || to ? { kind: "time", key: field.key, last: null, from: from || null, to: to || null } : null;
    }
  }
}

/** What the address says for this filter; null takes it out. */
export function writeFilter(field: FilterField, filter: Filter | null): Record<string, string | undefined> {
  const nothing: Record<string, string | undefined> =
    field.kind === "tags" ? { [field.key]: undefined, [`${field.key}.all`]: undefined, [`${field.key}.not`]: undefined } : { [field.key]: undefined };
  if (!filter) return nothing;
  switch (filter.kind) {
    case "choice":
      return { ...nothing, [field.key]: writeList(filter.values) };
    case "tags":
      return { [field.key]: writeList(filter.any), [`${field.key}.all`]: writeList(filter.all), [`${field.key}.not`]: writeList(filter.none) };
    case "range":
    case "duration":
      return { [field.key]: filter.from === null && filter.to === null ? undefined : `${filter.from ?? ""}..${filter.to ?? ""}` };
    case "time":
      return { [field.key]: filter.last ?? (filter.from || filter.to ? `${filter.from ?? ""}..${filter.to ?? ""}` : undefined) };
  }
}

function secondsOf(relative: string): number {
  const unit = relative.at(-1) ?? "";
  return Number(relative.slice(0, -1)) * (UNIT_SECONDS[unit] ?? 0);
}

/** For people: "7d" is "last 7 days". */
export function shownFilter(filter: Filter, name: (value: string) => string): string {
  switch (filter.kind) {
    case "choice":
      return filter.values.map(name).join(", ");
    case "tags":
      return [
        filter.any.length ? filter.any.map(name).join(" or ") : "",
        filter.all.length ? filter.all.map(name).join(" and ") : "",
        filter.none.length ? `not ${filter.none.map(name).join(", ")}` : "",
      ].filter(Boolean).join("; ");
    case "range":
      return filter.from === null ? `≤ ${filter.to}` : filter.to === null ? `≥ ${filter.from}` : `${filter.from} to ${filter.to}`;
    case "duration": {
      const minutes = (value: number | null) => (value === null ? "" : `${Number((value / 60).toPrecision(4))} min`);
      return filter.from === null ? `≤ ${minutes(filter.to)}` : filter.to === null ? `≥ ${minutes(filter.from)}` : `${minutes(filter.from)} to ${minutes(filter.to)}`;
    }
    case "time": {
      if (filter.last) {
        const many = Number(filter.last.slice(0, -1));
        const unit = filter.last.endsWith("h") ? "hour" : "day";
        return `last ${many === 1 ? unit : `${many} ${unit}s`}`;
      }
      const day = (text: string | null) => (text ?? "").replace("T", " ");
      return filter.from && filter.to ? `${day(filter.from)} to ${day(filter.to)}` : filter.from ? `since ${day(filter.from)}` : `until ${day(filter.to)}`;
    }
  }
}

/** A moment of the reader's own clock as the server writes it. */
function utc(local: string): string {
  const date = new Date(local);
  return Number.isNaN(date.getTime()) ? local : date.toISOString().replace("Z", "+00:00");
}

/** The part of a request that this filter is. Times that reach back from now stand still for a minute, so that the question stays the same. */
export function bodyOf(field: FilterField, filter: Filter, now: number): Record<string, unknown> {
  switch (filter.kind) {
    case "choice":
      return { [field.field]: filter.values };
    case "tags": {
      const all = { ...(filter.all.length ? { include: filter.all } : {}), ...(filter.none.length ? { exclude: filter.none } : {}) };
      return {
        filters: {
          [field.field]: { ...(filter.any.length ? { any: { include: filter.any } } : {}), ...(Object.keys(all).length ? { all } : {}) },
        },
      };
    }
    case "range":
    case "duration":
      return { [field.field]: [filter.from, filter.to] };
    case "time": {
      if (filter.last) {
        const since = Math.floor(now / 60_000) * 60_000 - secondsOf(filter.last) * 1000;
        return { [field.field]: [`>=${new Date(since).toISOString().replace("Z", "+00:00")}`] };
      }
      const bounds = [filter.from ? `>=${utc(filter.from)}` : "", filter.to ? `<=${utc(filter.to)}` : ""].filter(Boolean);
      return { [field.field]: bounds };
    }
  }
}

/** A key with dots is one step of a path. */
function step(key: string): string {
  return key.replaceAll(".", "%2E");
}

export const METRIC_VALUES = { last: "value", min: "min_value", max: "max_value" } as const;
export type MetricValue = keyof typeof METRIC_VALUES;

/** "m:loss/train:min": a metric's column. Slashes and colons of the names are written otherwise. */
export interface MetricColumn {
  metric: string;
  variant: string;
  value: MetricValue;
}

function quoted(name: string): string {
  return name.replace(/[%/:,]/g, (sign) => encodeURIComponent(sign));
}

export function metricId({ metric, variant, value }: MetricColumn): string {
  return `m:${quoted(metric)}/${quoted(variant)}${value === "last" ? "" : `:${value}`}`;
}

export function parseMetricId(id: string): MetricColumn | null {
  const match = /^m:([^/:]*)\/([^/:]*)(?::(min|max))?$/.exec(id);
  if (!match) return null;
  return { metric: decoded(match[1] ?? ""), variant: decoded(match[2] ?? ""), value: (match[3] as MetricValue | undefined) ?? "last" };
}

export function metricPath({ metric, variant, value }: MetricColumn): string {
  return `last_metrics.${md5(metric)}.${md5(variant)}.${METRIC_VALUES[value]}`;
}

/** "h:Args/learning_rate": a hyperparameter's column. */
export interface ParamColumn {
  section: string;
  name: string;
}

export function paramId({ section, name }: ParamColumn): string {
  return `h:${quoted(section)}/${quoted(name)}`;
}

export function parseParamId(id: string): ParamColumn | null {
  const match = /^h:([^/]*)\/([^/]*)$/.exec(id);
  return match ? { section: decoded(match[1] ?? ""), name: decoded(match[2] ?? "") } : null;
}

export function paramPath({ section, name }: ParamColumn): string {
  return `hyperparams.${step(section)}.${step(name)}`;
}

/** "d:accuracy": the column of an entry of a model's metadata. */
export function metadataId(key: string): string {
  return `d:${quoted(key)}`;
}

export function parseMetadataId(id: string): string | null {
  return id.startsWith("d:") ? decoded(id.slice(2)) : null;
}

export function metadataPath(key: string): string {
  return `metadata.${step(key)}.value`;
}

/** Fields of metrics and hyperparameters are made from their names: there are as many as tasks invent. */
export function freeField(key: string): FilterField | null {
  const metric = parseMetricId(key);
  if (metric) return { key, label: `${metric.metric} / ${metric.variant}`, kind: "range", field: metricPath(metric) };
  const param = parseParamId(key);
  if (param) return { key, label: `${param.section}/${param.name}`, kind: "choice", field: `${paramPath(param)}.value` };
  return null;
}

/** All filters that the address holds, those of `fields` first. */
export function parseFilters(fields: readonly FilterField[], params: Params): { field: FilterField; filter: Filter }[] {
  const free = Object.keys(params).filter((key) => /^[mh]:/.test(key)).map(freeField).filter((field) => field !== null);
  return [...fields, ...free].flatMap((field) => {
    const filter = parseFilter(field, params);
    return filter ? [{ field, filter }] : [];
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function mergedBody(parts: readonly Record<string, unknown>[]): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const part of parts)
    for (const [key, value] of Object.entries(part)) {
      const before = out[key];
      out[key] = isObject(before) && isObject(value) ? { ...before, ...value } : value;
    }
  return out;
}

/** The text search: of the words as they are, or as a regular expression. */
export function searchBody(text: string, isPattern: boolean, fields: readonly string[]): Record<string, unknown> {
  const trimmed = text.trim();
  return trimmed ? { _any_: { pattern: isPattern ? trimmed : escapePattern(trimmed), fields } } : {};
}

/** Why a regular expression is none; null when it is one. The server's own check follows. */
export function patternProblem(text: string): string | null {
  try {
    new RegExp(text);
    return null;
  } catch (problem) {
    return problem instanceof Error ? problem.message : String(problem);
  }
}
