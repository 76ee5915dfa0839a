import { describe, expect, it } from "vitest";
import { bodyOf, freeField, metricId, metricPath, paramId, paramPath, parseFilter, parseFilters, parseMetricId, parseParamId, shownFilter, writeFilter, type FilterField } from "./filters";
import { md5 } from "./md5";

const STATUS: FilterField = { key: "status", label: "Status", kind: "choice", field: "status" };
const TAGS: FilterField = { key: "tags", label: "Tags", kind: "tags", field: "tags" };
const ITER: FilterField = { key: "iter", label: "Iteration", kind: "range", field: "last_iteration" };
const STARTED: FilterField = { key: "started", label: "Started", kind: "time", field: "started" };
const same = (name: string) => name;

describe("filters", () => {
  it("go to the address and come back the same, with commas and percent signs in their values", () => {
    const filter = { kind: "choice", key: "status", values: ["a,b", "50%", "плюс"] } as const;
    const written = writeFilter(STATUS, { ...filter, values: [...filter.values] });
    expect(parseFilter(STATUS, written as Record<string, string>)).toEqual(filter);
  });

  it("of tags know any, all and none", () => {
    const filter = parseFilter(TAGS, { tags: "a,b", "tags.all": "c", "tags.not": "d" });
    expect(filter).toEqual({ kind: "tags", key: "tags", any: ["a", "b"], all: ["c"], none: ["d"] });
    if (!filter) throw new Error();
    expect(bodyOf(TAGS, filter, 0)).toEqual({ filters: { tags: { any: { include: ["a", "b"] }, all: { include: ["c"], exclude: ["d"] } } } });
    expect(shownFilter(filter, same)).toBe("a or b; c; not d");
  });

  it("of numbers have open ends", () => {
    expect(parseFilter(ITER, { iter: "10.." })).toEqual({ kind: "range", key: "iter", from: 10, to: null });
    expect(parseFilter(ITER, { iter: "..-1.5e3" })).toEqual({ kind: "range", key: "iter", from: null, to: -1500 });
    expect(parseFilter(ITER, { iter: ".." })).toBeNull();
    expect(parseFilter(ITER, { iter: "x..y" })).toBeNull();
    expect(bodyOf(ITER, { kind: "range", key: "iter", from: 1, to: null }, 0)).toEqual({ last_iteration: [1, null] });
  });

  it("of times reach back from now, and ask the same for a minute", () => {
    const filter = parseFilter(STARTED, { started: "24h" });
    if (!filter) throw new Error();
    const noon = Date.UTC(2026, 0, 2, 12, 0, 10);
    expect(bodyOf(STARTED, filter, noon)).toEqual({ started: [">=2026-01-01T12:00:00.000+00:00"] });
    expect(bodyOf(STARTED, filter, noon + 40_000)).toEqual(bodyOf(STARTED, filter, noon));
    expect(shownFilter(filter, same)).toBe("last 24 hours");
  });

  it("of metrics and hyperparameters are named by them, whatever they are called", () => {
    const metric = { metric: "val/loss: top", variant: "a,b.c%", value: "min" } as const;
    expect(parseMetricId(metricId(metric))).toEqual(metric);
    expect(metricPath(metric)).toBe(`last_metrics.${md5("val/loss: top")}.${md5("a,b.c%")}.min_value`);
    const param = { section: "Args", name: "optim.lr/x" };
    expect(parseParamId(paramId(param))).toEqual(param);
    expect(paramPath(param)).toBe("hyperparams.Args.optim%2Elr/x");
    expect(freeField("q")).toBeNull();
    expect(parseFilters([STATUS], { status: "failed", [paramId(param)]: "0.1,0.2", q: "x" }).map((one) => one.field.label)).toEqual(["Status", "Args/optim.lr/x"]);
  });
});

describe("md5", () => {
  it("is that of RFC 1321", () => {
    expect(md5("")).toBe("d41d8cd98f00b204e9800998ecf8427e");
    expect(md5("message digest")).toBe("f96b697d7cb7938d525a2f31aaf161d0");
    expect(md5("12345678901234567890123456789012345678901234567890123456789012345678901234567890")).toBe("57edf4a22be3c955ac49da2e2107b67a");
    expect(md5("größe")).toBe("fdbb3a56280acfa9031707622c599ccb");
  });
});
