// What one fills in. Every field has a label that is said, most of them one that is seen.
import { Search, X } from "lucide-react";
import { useEffect, useId, useRef, useState, type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes, type TextareaHTMLAttributes } from "react";
import { cx } from "./class-names";
import css from "./field.module.css";

interface Described {
  label: string;
  hint?: ReactNode;
  error?: string | null | undefined;
  /** The label is said but not seen. */
  isBare?: boolean;
  isMono?: boolean;
}

function Frame({ id, label, hint, error, isBare, children }: Described & { id: string; children: ReactNode }) {
  return (
    <div className={css.field}>
      <label htmlFor={id} className={isBare ? "screen-reader" : css.label}>
        {label}
      </label>
      {children}
      {error ? (
        <span className={css.error} id={`${id}-error`} role="alert">
          {error}
        </span>
      ) : null}
      {hint ? (
        <span className={css.hint} id={`${id}-hint`}>
          {hint}
        </span>
      ) : null}
    </div>
  );
}

function describedBy(id: string, hint: ReactNode, error: string | null | undefined): { "aria-describedby"?: string; "aria-invalid"?: true } {
  const names = [error ? `${id}-error` : "", hint ? `${id}-hint` : ""].filter(Boolean).join(" ");
  return { ...(names ? { "aria-describedby": names } : {}), ...(error ? { "aria-invalid": true as const } : {}) };
}

/** Dialogs trap the focus, and give it to what has this mark. */
const FIRST_IN_DIALOG = { "data-autofocus": true };

export function TextField({ label, hint, error, isBare = false, isMono = false, className, ...rest }: Described & InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement> }) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error} isBare={isBare}>
      <input id={id} className={cx(css.input, isMono && css.mono, className)} spellCheck={false} autoComplete="off" {...(rest.autoFocus ? FIRST_IN_DIALOG : {})} {...describedBy(id, hint, error)} {...rest} />
    </Frame>
  );
}

export function TextArea({ label, hint, error, isBare = false, isMono = false, className, ...rest }: Described & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error} isBare={isBare}>
      <textarea id={id} className={cx(css.input, isMono && css.mono, className)} spellCheck={false} {...(rest.autoFocus ? FIRST_IN_DIALOG : {})} {...describedBy(id, hint, error)} {...rest} />
    </Frame>
  );
}

export interface Choice {
  value: string;
  label: string;
}

/** One of a short list, in the browser's own way. */
export function SelectField({ label, hint, error, isBare = false, options, className, ...rest }: Described & SelectHTMLAttributes<HTMLSelectElement> & { options: readonly Choice[] }) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error} isBare={isBare}>
      <select id={id} className={cx(css.input, className)} {...describedBy(id, hint, error)} {...rest}>
        {options.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

interface CheckProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "type" | "onChange"> {
  label: ReactNode;
  isBare?: boolean;
  isPartly?: boolean;
  onChange: (isChecked: boolean) => void;
}

export function Check({ label, isBare = false, isPartly = false, onChange, className, ...rest }: CheckProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current) input.current.indeterminate = isPartly;
  }, [isPartly]);
  return (
    <label className={cx(css.check, className)}>
      <input ref={input} type="checkbox" onChange={(event) => onChange(event.target.checked)} {...rest} />
      <span className={isBare ? "screen-reader" : undefined}>{label}</span>
    </label>
  );
}

export function Switch({ label, onChange, ...rest }: CheckProps) {
  return (
    <label className={cx(css.check, css.switch)}>
      <input type="checkbox" role="switch" onChange={(event) => onChange(event.target.checked)} {...rest} />
      <span>{label}</span>
    </label>
  );
}

/** A search that is asked when the typing pauses. Escape empties it. */
export function SearchField({ label, value, onChange, placeholder, width = 240, wait = 120, ...rest }: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  width?: number | string;
  wait?: number;
} & Omit<InputHTMLAttributes<HTMLInputElement>, "value" | "onChange" | "width">) {
  const [typed, setTyped] = useState(value);
  const [shown, setShown] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // The address changed under us: what was typed before is not what is looked for now.
  if (shown !== value) {
    setShown(value);
    setTyped(value);
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  const ask = (next: string, now: boolean) => {
    setTyped(next);
    clearTimeout(timer.current);
    const tell = () => {
      setShown(next);
      onChange(next);
    };
    if (now || wait === 0) tell();
    else timer.current = setTimeout(tell, wait);
  };
  return (
    <div className={css.search} style={{ width }}>
      <Search size={14} aria-hidden />
      <input
        type="search"
        aria-label={label}
        placeholder={placeholder ?? label}
        className={css.input}
        value={typed}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => ask(event.target.value, false)}
        {...rest}
        onKeyDown={(event) => {
          rest.onKeyDown?.(event);
          if (event.defaultPrevented) return;
          if (event.key === "Escape" && typed) {
            event.stopPropagation();
            ask("", true);
          }
          if (event.key === "Escape" && !typed) event.currentTarget.blur();
          if (event.key === "Enter") ask(typed, true);
        }}
      />
      {typed ? (
        <button type="button" aria-label={`Empty: ${label}`} onClick={() => ask("", true)}>
          <X size={13} aria-hidden />
        </button>
      ) : null}
    </div>
  );
}
