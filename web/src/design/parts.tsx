// The few parts that every page is made of.
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { TaskStatus } from "../types";

const STATUS_NAMES: Record<TaskStatus, string> = {
  created: "Draft",
  queued: "Queued",
  in_progress: "Running",
  stopped: "Aborted",
  failed: "Failed",
  completed: "Completed",
  published: "Published",
  publishing: "Publishing",
  closed: "Closed",
  unknown: "Unknown",
};

export function Status({ value }: { value: TaskStatus }) {
  return <span className={`status status-${value}`}>{STATUS_NAMES[value] ?? value}</span>;
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <strong>{title}</strong>
      {children ? <div>{children}</div> : null}
    </div>
  );
}

export function Problem({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <div className="problem" role="alert">
      <span>{error instanceof Error ? error.message : String(error)}</span>
      {retry ? <button onClick={retry}>Try again</button> : null}
    </div>
  );
}

export function Loading() {
  return (
    <div className="loading" role="status">
      Loading…
    </div>
  );
}

export interface MenuItem {
  label: string;
  run: () => void;
  isDangerous?: boolean;
  disabled?: boolean;
}

/** A button that opens a list of actions: mouse, arrows, Enter, Escape. */
export function Menu({ label, items, title }: { label: ReactNode; items: MenuItem[]; title: string }) {
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    box.current?.querySelector<HTMLButtonElement>("[role=menuitem]:not(:disabled)")?.focus();
    const away = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, [isOpen]);
  const onKey = (event: React.KeyboardEvent) => {
    if (event.key === "Escape") {
      setOpen(false);
      box.current?.querySelector("button")?.focus();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const all = [...(box.current?.querySelectorAll<HTMLButtonElement>("[role=menuitem]:not(:disabled)") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    all.at((at + (event.key === "ArrowDown" ? 1 : -1)) % all.length)?.focus();
  };
  return (
    <div className="menu" ref={box} onKeyDown={onKey} onClick={(event) => event.stopPropagation()}>
      <button className="quiet" aria-haspopup="menu" aria-expanded={isOpen} aria-label={title} onClick={() => setOpen(!isOpen)}>
        {label}
      </button>
      {isOpen ? (
        <div role="menu" className="menu-list">
          {items.map((item) => (
            <button
              key={item.label}
              role="menuitem"
              disabled={item.disabled ?? false}
              className={item.isDangerous ? "danger" : ""}
              onClick={() => {
                setOpen(false);
                item.run();
              }}
            >
              {item.label}
            </button>
          ))}
        </div>
      ) : null}
    </div>
  );
}

/** A question over the page. Escape and "Cancel" answer no. */
export function Dialog({ title, children, confirm, onConfirm, onClose, isDangerous = false, busy = false }: {
  title: string;
  children: ReactNode;
  confirm: string;
  onConfirm: () => void;
  onClose: () => void;
  isDangerous?: boolean;
  busy?: boolean;
}) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (dialog && !dialog.open) dialog.showModal();
  }, []);
  return (
    <dialog ref={element} onCancel={onClose} aria-label={title}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          onConfirm();
        }}
      >
        <h2>{title}</h2>
        {children}
        <div className="row end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className={isDangerous ? "primary danger" : "primary"} disabled={busy}>
            {confirm}
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** At the foot of a form that was changed. */
export function SaveBar({ busy, onDiscard }: { busy: boolean; onDiscard: () => void }) {
  return (
    <div className="savebar row end">
      <button type="button" onClick={onDiscard}>
        Discard
      </button>
      <button className="primary" disabled={busy}>
        Save
      </button>
    </div>
  );
}
