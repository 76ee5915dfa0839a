// What one presses.
import { Tooltip } from "@mantine/core";
import { Check, Copy, LoaderCircle } from "lucide-react";
import { useState, type ButtonHTMLAttributes, type ReactNode, type Ref } from "react";
import css from "./button.module.css";
import { cx } from "./class-names";

/** A key or several: "Ctrl K". */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span aria-hidden>
      {keys.split(" ").map((key, index) => (
        <kbd key={index} className={css.kbd}>
          {key}
        </kbd>
      ))}
    </span>
  );
}

export function Spinner({ size = 14 }: { size?: number }) {
  return <LoaderCircle size={size} className={css.spin} aria-hidden />;
}

interface Common extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: "normal" | "primary" | "quiet";
  isDangerous?: boolean;
  isSmall?: boolean;
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ kind = "normal", isDangerous = false, isSmall = false, busy = false, icon, children, className, disabled, ...rest }: Common & { icon?: ReactNode }) {
  return (
    <button
      type="button"
      className={cx(css.button, kind === "primary" && css.primary, kind === "quiet" && css.quiet, isDangerous && css.danger, isSmall && css.small, className)}
      disabled={busy || disabled}
      {...rest}
    >
      {busy ? <Spinner /> : icon}
      {children}
    </button>
  );
}

/** A hint at the pointer or the focus; the element has a name of its own. */
export function Hint({ text, keys, children }: { text: ReactNode; keys?: string | undefined; children: ReactNode }) {
  return (
    <Tooltip
      label={
        <>
          {text}
          {keys ? <Kbd keys={keys} /> : null}
        </>
      }
      openDelay={350}
      events={{ hover: true, focus: true, touch: false }}
      classNames={{ tooltip: css.tooltip ?? "" }}
      transitionProps={{ duration: 0 }}
    >
      {children}
    </Tooltip>
  );
}

/** A button that is only a picture: its name is said and hinted. */
export function IconButton({ label, keys, children, isSmall = false, kind = "quiet", isDangerous = false, busy = false, className, disabled, ...rest }: Common & { label: string; keys?: string | undefined; children: ReactNode }) {
  return (
    <Hint text={label} keys={keys}>
      <button
        type="button"
        aria-label={label}
        className={cx(css.button, css.icon, kind === "primary" && css.primary, kind === "quiet" && css.quiet, isDangerous && css.danger, isSmall && css.small, className)}
        disabled={busy || disabled}
        {...rest}
      >
        {busy ? <Spinner /> : children}
      </button>
    </Hint>
  );
}

/** Copies a text, and says that it did. */
export function CopyButton({ text, label = "Copy", isSmall = true, children }: { text: string; label?: string; isSmall?: boolean; children?: ReactNode }) {
  const [isDone, setDone] = useState(false);
  const copy = () => {
    void copyText(text).then(() => {
      setDone(true);
      setTimeout(() => setDone(false), 1_500);
    });
  };
  const icon = isDone ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />;
  return children ? (
    <Button isSmall={isSmall} icon={icon} onClick={copy} aria-label={label}>
      {isDone ? "Copied" : children}
    </Button>
  ) : (
    <IconButton label={isDone ? "Copied" : label} isSmall={isSmall} onClick={copy}>
      {icon}
    </IconButton>
  );
}

/** To the clipboard, also where the page came over plain HTTP and the browser has no clipboard for it. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  const before = document.activeElement;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
  if (before instanceof HTMLElement) before.focus();
}

/** One of a few, all of them on the page. */
export function Segments<T extends string>({ value, options, onChange, label }: {
  value: T;
  options: readonly { value: T; label: ReactNode; name?: string }[];
  onChange: (value: T) => void;
  label: string;
}) {
  const move = (step: number) => {
    const at = options.findIndex((one) => one.value === value);
    const next = options[(at + step + options.length) % options.length];
    if (next) onChange(next.value);
  };
  return (
    <div
      className={css.segments}
      role="radiogroup"
      aria-label={label}
      onKeyDown={(event) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        move(step);
        const buttons = [...event.currentTarget.querySelectorAll("button")];
        const at = options.findIndex((one) => one.value === value);
        buttons[(at + step + options.length) % options.length]?.focus();
      }}
    >
      {options.map((one) => (
        <button key={one.value} type="button" role="radio" aria-checked={one.value === value} aria-label={one.name} tabIndex={one.value === value ? 0 : -1} onClick={() => onChange(one.value)}>
          {one.label}
        </button>
      ))}
    </div>
  );
}
