// The time that a chart of machines looks back over, in steps as wide as a few pixels.
import { useEffect, useState } from "react";
import { SelectField } from "../field";

const HOUR = 3_600;
const PERIODS = [
  { seconds: HOUR, label: "the last hour" },
  { seconds: 6 * HOUR, label: "the last 6 hours" },
  { seconds: 24 * HOUR, label: "the last day" },
  { seconds: 7 * 24 * HOUR, label: "the last week" },
  { seconds: 30 * 24 * HOUR, label: "the last 30 days" },
] as const;

const STEPS = 180;
/** What is older than two days is kept in steps of ten minutes. */
const COARSE_AFTER = 2 * 24 * HOUR;

export interface Asked {
  from_date: number;
  to_date: number;
  interval: number;
}

/** The period as the server is asked for it: its ends move in whole steps, so that the same question is asked for a while. Pure. */
export function askedPeriod(seconds: number, now: number): Asked {
  const interval = Math.max(seconds > COARSE_AFTER ? 600 : 40, Math.ceil(seconds / STEPS));
  const to_date = Math.ceil(now / interval) * interval;
  return { from_date: to_date - Math.ceil(seconds / interval) * interval, to_date, interval };
}

export function usePeriod(first: number = HOUR): { asked: Asked; field: React.ReactNode } {
  const [seconds, setSeconds] = useState(first);
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && setNow(Date.now() / 1000), 20_000);
    return () => clearInterval(timer);
  }, []);
  const field = <SelectField isBare label="Period" value={String(seconds)} onChange={(event) => setSeconds(Number(event.target.value))} options={PERIODS.map((one) => ({ value: String(one.seconds), label: one.label }))} />;
  return { asked: askedPeriod(seconds, now), field };
}
