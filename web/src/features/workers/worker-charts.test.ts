import { expect, test } from "vitest";
import { chartSeries } from "./worker-charts";

const metric = (name: string, variant: string, values: number[]) => ({ metric: name, variant, dates: values.map((_, at) => at), stats: [{ aggregation: "avg", values }] });

test("each device has a line of its own, named where there are several", () => {
  const series = chartSeries([metric("gpu_usage", "0", [1]), metric("gpu_usage", "1", [2]), metric("memory_used", "total", [3]), metric("cpu_usage", "0", [])], ["gpu_usage", "memory_used", "cpu_usage"]);

  expect(series.map((one) => [one.label, one.y])).toEqual([["GPU 0", [1]], ["GPU 1", [2]], ["used", [3]]]);
  expect(new Set(series.map((one) => one.colour)).size).toBe(3);
});
