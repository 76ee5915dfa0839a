// Parts of one thing, one at a time.
import { useEffect, useRef, type KeyboardEvent } from "react";
import { Badge } from "./parts";
import css from "./parts.module.css";

export function Tabs<T extends string>({ label, value, tabs, onChange, panelId }: {
  label: string;
  value: T;
  tabs: readonly { value: T; label: string; badge?: number | undefined }[];
  onChange: (value: T) => void;
  panelId?: string;
}) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const list = box.current;
    const tab = list?.querySelector<HTMLElement>("[aria-selected=true]");
    // On a narrow screen the shown tab is the one that is seen.
    if (!list || !tab) return;
    const [outer, inner] = [list.getBoundingClientRect(), tab.getBoundingClientRect()];
    if (inner.left < outer.left || inner.right > outer.right) list.scrollLeft += inner.left - outer.left - 40;
  }, [value]);
  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab.value === value);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const target = tabs[(next + tabs.length) % tabs.length];
    if (!target) return;
    onChange(target.value);
    setTimeout(() => box.current?.querySelector<HTMLElement>("[aria-selected=true]")?.focus());
  };
  return (
    <div role="tablist" aria-label={label} className={css.tabs} ref={box} onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button key={tab.value} type="button" role="tab" aria-selected={tab.value === value} aria-controls={panelId} tabIndex={tab.value === value ? 0 : -1} onClick={() => onChange(tab.value)}>
          {tab.label}
          {tab.badge ? <Badge>{tab.badge}</Badge> : null}
        </button>
      ))}
    </div>
  );
}
