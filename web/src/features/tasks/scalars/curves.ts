// The curves of charts: what several charts want in the same moment is asked of the server at once.
import { useQuery } from "@tanstack/react-query";
import { call } from "~/api/client";
import type { ChartCurve } from "~/api/answers";
import { usePaced } from "~/live/connection";

export interface CurvesOf {
  tasks: readonly string[];
  isModel?: boolean;
}

interface Wish {
  metric: string;
  variants: readonly string[];
  resolve: (curves: ChartCurve[]) => void;
  reject: (error: Error) => void;
}

const open = new Map<string, { body: Record<string, unknown>; wishes: Wish[] }>();

function ask(body: Record<string, unknown>, metric: string, variants: readonly string[]): Promise<ChartCurve[]> {
  const key = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const wish = { metric, variants, resolve, reject };
    const gathering = open.get(key);
    if (gathering) {
      gathering.wishes.push(wish);
      return;
    }
    open.set(key, { body, wishes: [wish] });
    // Charts that come into view together ask in the same moment.
    setTimeout(() => void send(key));
  });
}

async function send(key: string): Promise<void> {
  const gathered = open.get(key);
  open.delete(key);
  if (!gathered) return;
  const { body, wishes } = gathered;
  try {
    const { curves } = await call("events.get_curves", { ...body, metrics: wishes.map(({ metric, variants }) => ({ metric, variants: [...variants] })) } as never);
    for (const wish of wishes) wish.resolve(curves.filter((curve) => curve.metric === wish.metric && (wish.variants.length === 0 || wish.variants.includes(curve.variant))));
  } catch (problem) {
    for (const wish of wishes) wish.reject(problem as Error);
  }
}

/** Widths in steps: a chart that is resized a little asks nothing new. */
export function samplesFor(width: number): number {
  return Math.max(200, Math.ceil(width / 200) * 200);
}

export function useCurves({ tasks, isModel = false }: CurvesOf, metric: string, variants: readonly string[], options: { key: "iter" | "timestamp"; samples: number; range: [number, number] | null; isLive: boolean; enabled: boolean }) {
  const { key, samples, range, isLive, enabled } = options;
  const queryKey = ["events.get_curves", tasks, metric, variants, key, samples, range, isModel];
  const paced = usePaced(queryKey);
  return useQuery({
    queryKey,
    queryFn: () => ask({ tasks: [...tasks], key, samples, ...(range ? { from: range[0], to: range[1] } : {}), ...(isModel ? { model_events: true } : {}) }, metric, variants),
    enabled,
    placeholderData: (before) => before,
    staleTime: isLive ? 1_000 : 30_000,
    refetchInterval: isLive ? paced(3_000) : false,
  });
}
