// The task's log: the newest lines, followed while the reader stands at the end; older ones as they scroll up.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { call } from "../../../api";
import { Empty, Loading, Problem } from "../../../design/parts";
import { ansi, collapseProgress } from "../../../format";
import type { Task } from "../../../types";

interface LogEvent {
  timestamp: number;
  msg: string;
}

const STEP = 500;

export function Console({ task }: { task: Task }) {
  const [count, setCount] = useState(STEP);
  const [filter, setFilter] = useState("");
  const [follows, setFollows] = useState(true);
  const box = useRef<HTMLDivElement>(null);
  const isRunning = task.status === "in_progress";
  const log = useQuery({
    queryKey: ["log", task.id, count],
    queryFn: ({ signal }) =>
      call<{ events: LogEvent[]; total: number }>("events.get_task_log", { task: task.id, batch_size: count, navigate_earlier: true, order: "asc" }, signal),
    refetchInterval: isRunning ? 1_000 : 10_000,
    placeholderData: keepPreviousData,
  });
  const lines = useMemo(
    () => (log.data?.events ?? []).flatMap((event) => collapseProgress(event.msg).replace(/\n$/, "").split("\n")),
    [log.data],
  );
  const shown = filter ? lines.filter((line) => line.toLowerCase().includes(filter.toLowerCase())) : lines;
  const last = lines.length;
  useLayoutEffect(() => {
    if (follows && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [follows, last, filter]);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const onScroll = () => setFollows(element.scrollHeight - element.scrollTop - element.clientHeight < 40);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, [log.isPending]);
  if (log.isPending) return <Loading />;
  if (log.isError) return <Problem error={log.error} retry={() => void log.refetch()} />;
  if (lines.length === 0) return <Empty title={isRunning ? "No output yet." : "No output."} />;
  const hidden = log.data.total - log.data.events.length;
  return (
    <section>
      <div className="row filters">
        <input type="search" placeholder="Filter lines" aria-label="Filter lines" value={filter} onChange={(event) => setFilter(event.target.value)} />
        <span className="dim">{filter ? `${shown.length} of ${lines.length} lines` : `${lines.length} lines`}</span>
        <span className="grow" />
        {follows ? null : (
          <button onClick={() => setFollows(true)}>Jump to end</button>
        )}
        <a className="button" href={`/api/events.download_task_log?line_type=text&task=${task.id}`} download>
          Download
        </a>
      </div>
      <div className="console" ref={box} tabIndex={0} role="log" aria-label="Console">
        {hidden > 0 ? (
          <button className="more" onClick={() => setCount(Math.min(count * 4, 10_000))} disabled={count >= 10_000}>
            {count >= 10_000 ? `${hidden} older entries: download the whole log` : `Show older (${hidden} more)`}
          </button>
        ) : null}
        {shown.map((line, index) => (
          <div key={index} className="line">
            {ansi(line).map((piece, number) =>
              piece.colour || piece.bold ? (
                <span key={number} className={`${piece.colour ? `ansi-${piece.colour}` : ""} ${piece.bold ? "bold" : ""}`}>
                  {piece.text}
                </span>
              ) : (
                piece.text
              ),
            )}
          </div>
        ))}
      </div>
    </section>
  );
}
