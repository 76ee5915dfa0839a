// A task's state by shape, colour and word.
import type { TaskStatus } from "~/api/documents";
import css from "./status.module.css";

export const STATUS_WORDS: Record<TaskStatus, string> = {
  created: "Draft",
  queued: "Queued",
  in_progress: "Running",
  completed: "Completed",
  failed: "Failed",
  stopped: "Aborted",
  published: "Published",
  publishing: "Publishing",
  closed: "Closed",
  unknown: "Unknown",
};

function Shape({ status }: { status: TaskStatus }) {
  switch (status) {
    case "created":
      return <circle cx="7" cy="7" r="5.2" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2.3 1.78" />;
    case "queued":
      return (
        <>
          <circle cx="7" cy="7" r="5.6" fill="none" stroke="currentColor" strokeWidth="1.6" />
          <path d="M7 4v3.2l2 1.4" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
        </>
      );
    case "in_progress":
      return (
        <>
          <circle cx="7" cy="7" r="5.6" fill="none" stroke="currentColor" strokeWidth="1.6" />
          <path d="M7 3.4a3.6 3.6 0 0 1 0 7.2z" fill="currentColor" />
        </>
      );
    case "completed":
    case "closed":
      return (
        <>
          <circle cx="7" cy="7" r="6.4" fill="currentColor" />
          <path d="M4.2 7.2 6.2 9.1 9.9 5.2" fill="none" stroke="var(--bg)" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" />
        </>
      );
    case "failed":
      return (
        <>
          <path d="M4.4.8h5.2l3.6 3.6v5.2l-3.6 3.6H4.4L.8 9.6V4.4z" fill="currentColor" />
          <path d="M5 5l4 4M9 5L5 9" stroke="var(--bg)" strokeWidth="1.6" strokeLinecap="round" />
        </>
      );
    case "stopped":
      return (
        <>
          <rect x="0.9" y="0.9" width="12.2" height="12.2" rx="3.2" fill="currentColor" />
          <rect x="4.5" y="4.5" width="5" height="5" rx="0.8" fill="var(--bg)" />
        </>
      );
    case "published":
    case "publishing":
      return (
        <>
          <path d="M7 .5l1.9 1.3 2.3.1.8 2.1 1.6 1.6-.5 2.2.3 2.3-2 1.1-1.3 1.9-2.3-.1L7 13.5l-1.8-1-2.3.1-1.3-1.9-2-1.1.3-2.3-.5-2.2L1 4l.8-2.1 2.3-.1z" transform="translate(0.3 0) scale(0.96)" fill="currentColor" />
          <path d="M7 10V4.6M4.6 6.8 7 4.4l2.4 2.4" fill="none" stroke="var(--bg)" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />
        </>
      );
    case "unknown":
      return (
        <>
          <circle cx="7" cy="7" r="5.6" fill="none" stroke="currentColor" strokeWidth="1.6" />
          <path d="M5.4 5.6a1.7 1.7 0 1 1 2.3 1.6c-.5.2-.7.5-.7 1M7 10v.1" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" />
        </>
      );
  }
}

export function StatusIcon({ status, size = 14 }: { status: TaskStatus; size?: number }) {
  return (
    <svg viewBox="0 0 14 14" width={size} height={size} style={{ color: `var(--status-${status})` }} aria-hidden>
      <Shape status={status} />
    </svg>
  );
}

export function Status({ status, isStrong = false }: { status: TaskStatus; isStrong?: boolean }) {
  return (
    <span className={isStrong ? `${css.status} ${css.strong}` : css.status} style={isStrong ? { color: `var(--status-${status})` } : undefined}>
      <StatusIcon status={status} />
      {STATUS_WORDS[status]}
    </span>
  );
}
