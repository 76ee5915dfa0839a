// Small things that pages are made of.
import { CircleAlert, Info, TriangleAlert, X, CircleCheck } from "lucide-react";
import { useId, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { ApiError, isAway } from "~/api/client";
import { ago, moment, span } from "~/format";
import { Button, CopyButton, Spinner } from "./button";
import { cx } from "./class-names";
import { useNow } from "./now";
import css from "./parts.module.css";

export function Tag({ children, onRemove }: { children: string; onRemove?: () => void }) {
  return (
    <span className={css.tag} title={children}>
      <span>{children}</span>
      {onRemove ? (
        <button type="button" aria-label={`Remove tag ${children}`} onClick={onRemove}>
          <X size={10} aria-hidden />
        </button>
      ) : null}
    </span>
  );
}

/** How long ago; the moment itself on hover and for screen readers. */
export function Ago({ at }: { at: string | null | undefined }) {
  const now = useNow();
  return at ? (
    <time dateTime={at} title={moment(at)}>
      {ago(at, now)}
    </time>
  ) : null;
}

/** How long it has been so, as in "waits for 16 s"; the moment when it began on hover. */
export function LastingSince({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={moment(at)}>
      {span(Math.max(0, (now - Date.parse(at)) / 1000))}
    </time>
  );
}

/** Words between backticks are code. */
function withCode(children: ReactNode): ReactNode {
  const text = typeof children === "string" ? children : Array.isArray(children) && children.every((one) => typeof one === "string") ? children.join("") : null;
  return text === null ? children : <p>{text.split("`").map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))}</p>;
}

export function Empty({ title, icon, children }: { title: string; icon?: ReactNode; children?: ReactNode }) {
  return (
    <div className={css.empty}>
      {icon}
      <strong>{title}</strong>
      {withCode(children)}
    </div>
  );
}

export function Notice({ kind = "note", children, action }: { kind?: "note" | "bad" | "warn" | "good"; children: ReactNode; action?: ReactNode }) {
  const Icon = { note: Info, bad: CircleAlert, warn: TriangleAlert, good: CircleCheck }[kind];
  return (
    <div className={cx(css.notice, kind !== "note" && css[kind])} role={kind === "bad" ? "alert" : undefined}>
      <Icon size={15} aria-hidden />
      <div>{children}</div>
      {action}
    </div>
  );
}

/** Why something is not there, and a way to try again. */
export function Problem({ error, retry }: { error: Error; retry?: () => void }) {
  return (
    <Notice kind="bad" action={retry ? <Button isSmall onClick={retry}>Try again</Button> : undefined}>
      {isAway(error) ? "The server does not answer. The page tries again by itself." : error.message}
      {error instanceof ApiError && !isAway(error) ? <div className="dimmer mono">{error.reference}</div> : null}
    </Notice>
  );
}

export function Loading({ what = "Loading…" }: { what?: string }) {
  return (
    <div className={css.loading} role="status">
      <Spinner /> {what}
    </div>
  );
}

export function Panel({ title, actions, children, isFlush = false, label }: { title?: ReactNode; actions?: ReactNode; children: ReactNode; isFlush?: boolean; label?: string }) {
  const id = useId();
  return (
    <section className={css.panel} {...(title ? { "aria-labelledby": id } : { "aria-label": label })}>
      {title ? (
        <div className={css.panelHead}>
          <h2 id={id}>{title}</h2>
          {actions}
        </div>
      ) : null}
      {isFlush ? children : <div className={css.panelBody}>{children}</div>}
    </section>
  );
}

export interface Fact {
  name: string;
  value: ReactNode;
}

/** Names and values; those without a value are left out. */
export function Facts({ facts }: { facts: readonly (Fact | null | false)[] }) {
  return (
    <dl className={css.facts}>
      {facts.map((fact) =>
        fact && fact.value !== "" && fact.value !== null && fact.value !== undefined ? (
          <div key={fact.name}>
            <dt>{fact.name}</dt>
            <dd>{fact.value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

export function Badge({ children }: { children: ReactNode }) {
  return <span className={css.badge}>{children}</span>;
}

export function CodeBlock({ text, label }: { text: string; label: string }) {
  return (
    <div className={css.code}>
      <pre tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <div>
        <CopyButton text={text} label={`Copy ${label}`} />
      </div>
    </div>
  );
}

/** A share of something, between 0 and 1. */
export function Meter({ share, label, colour }: { share: number; label: string; colour?: string }) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <span className={css.meter} role="meter" aria-label={label} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100}>
      <span style={{ width: `${percent}%`, ...(colour ? { background: colour } : {}) }} />
    </span>
  );
}

export function Avatar({ name }: { name: string }) {
  const letters = name.split(/\s+/).filter(Boolean).map((word) => [...word][0] ?? "");
  const shown = `${letters[0] ?? "?"}${letters.length > 1 ? (letters.at(-1) ?? "") : ""}`.toUpperCase();
  // Drawn by the style sheet: initials are no text that a control around them would have to be named by.
  return <span className={css.avatar} aria-hidden data-letters={shown} />;
}

/** A long text, cut after some lines until it is asked for. */
export function Clamp({ text, lines = 4, isMono = false }: { text: string; lines?: number; isMono?: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const [isLong, setLong] = useState(false);
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = element.current;
    if (box && !isOpen) setLong(box.scrollHeight > box.clientHeight + 1);
  }, [text, lines, isOpen]);
  return (
    <div>
      <div ref={element} className={cx(css.text, isMono && "mono", !isOpen && css.clamped)} style={isOpen ? undefined : { WebkitLineClamp: lines }}>
        {/* Nobody reads the megabytes after the first screens, and laying them out takes seconds. */}
        {isOpen || text.length < 4_000 ? text : text.slice(0, 4_000)}
      </div>
      {isLong || isOpen ? (
        <button type="button" className="link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Show less" : `Show all (${text.length.toLocaleString("en-US")} characters)`}
        </button>
      ) : null}
    </div>
  );
}
