// One or several of a list that may be long: typed into, filtered, made anew where that is allowed.
import { Combobox, useCombobox } from "@mantine/core";
import { Check, Plus, X } from "lucide-react";
import { useId, useState, type ReactNode } from "react";
import { cx } from "./class-names";
import css from "./field.module.css";

export interface Item {
  value: string;
  label: string;
  hint?: string;
  icon?: ReactNode;
  group?: string;
}

const SHOWN_MAX = 100;

function matches(items: readonly Item[], typed: string): Item[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter((one) => {
    const text = `${one.label} ${one.hint ?? ""} ${one.value}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

interface Shared {
  label: string;
  items: readonly Item[];
  isBare?: boolean;
  hint?: ReactNode;
  placeholder?: string;
  /** A value that is not in the list may be typed: what making it is called ("New queue"). */
  creates?: string | undefined;
  isLoading?: boolean;
  autoFocus?: boolean;
  /** Asked while typing, when the list is the server's. */
  onSearch?: (text: string) => void;
}

const CREATE = "\u0000create";

function Options({ items, typed, chosen, creates, isLoading }: { items: Item[]; typed: string; chosen: readonly string[]; creates?: string | undefined; isLoading?: boolean | undefined }) {
  const isNew = creates && typed.trim() && !items.some((one) => one.label === typed.trim());
  const groups = [...new Set(items.map((one) => one.group ?? ""))];
  return (
    <Combobox.Options>
      {groups.map((group) => (
        <div key={group} role={group ? "group" : undefined} aria-label={group || undefined}>
          {group ? <div className={css.group}>{group}</div> : null}
          {items
            .filter((one) => (one.group ?? "") === group)
            .slice(0, SHOWN_MAX)
            .map((one) => (
              <Combobox.Option key={one.value} value={one.value} active={chosen.includes(one.value)} className={css.option ?? ""}>
                {one.icon}
                <span className="grow cut">{one.label}</span>
                {one.hint ? <span className="dimmer cut">{one.hint}</span> : null}
                {chosen.includes(one.value) ? <Check size={14} aria-hidden /> : null}
              </Combobox.Option>
            ))}
        </div>
      ))}
      {isNew ? (
        <Combobox.Option value={CREATE} className={css.option ?? ""}>
          <Plus size={14} aria-hidden />
          {creates} “{typed.trim()}”
        </Combobox.Option>
      ) : null}
      {items.length === 0 && !isNew ? <div className={css.none}>{isLoading ? "Loading…" : "Nothing matches"}</div> : null}
      {items.length > SHOWN_MAX ? <div className={css.none}>{items.length - SHOWN_MAX} more: type to find them</div> : null}
    </Combobox.Options>
  );
}

/** One of a list. `value` may be a text that is not in it, when `creates` allows that. */
export function PickOne({ value, onChange, canBeEmpty = false, ...shared }: Shared & { value: string; onChange: (value: string, isNew: boolean) => void; canBeEmpty?: boolean }) {
  const { label, items, isBare = false, hint, placeholder, creates, isLoading, autoFocus, onSearch } = shared;
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() });
  const current = items.find((one) => one.value === value);
  const found = typed === null ? [...items] : onSearch ? [...items] : matches(items, typed);
  const choose = (chosen: string) => {
    const isNew = chosen === CREATE;
    onChange(isNew ? (typed ?? "").trim() : chosen, isNew);
    setTyped(null);
    box.closeDropdown();
  };
  return (
    <div className={css.field}>
      <label htmlFor={id} className={isBare ? "screen-reader" : css.label}>
        {label}
      </label>
      <Combobox store={box} onOptionSubmit={choose} withinPortal position="bottom-start" offset={4} transitionProps={{ duration: 0 }}>
        <Combobox.DropdownTarget>
          <div className="row" style={{ position: "relative" }}>
            <Combobox.EventsTarget>
            <input
              id={id}
              className={css.input}
              autoFocus={autoFocus}
              data-autofocus={autoFocus || undefined}
              placeholder={placeholder ?? (current ? current.label : "Choose…")}
              value={typed ?? current?.label ?? value}
              spellCheck={false}
              autoComplete="off"
              onFocus={(event) => event.target.select()}
              onClick={() => box.openDropdown()}
              onChange={(event) => {
                setTyped(event.target.value);
                onSearch?.(event.target.value);
                box.openDropdown();
                box.selectFirstOption();
              }}
              onBlur={() => {
                box.closeDropdown();
                const exact = items.find((one) => one.label === typed?.trim());
                if (exact && exact.value !== value) onChange(exact.value, false);
                else if (typed?.trim() && creates && !exact) onChange(typed.trim(), true);
                else if (typed === "" && canBeEmpty) onChange("", false);
                setTyped(null);
              }}
            />
            </Combobox.EventsTarget>
            {canBeEmpty && value ? (
              <button type="button" aria-label={`Empty: ${label}`} style={{ position: "absolute", right: 6 }} className="dimmer" onClick={() => onChange("", false)}>
                <X size={13} aria-hidden />
              </button>
            ) : null}
          </div>
        </Combobox.DropdownTarget>
        <Combobox.Dropdown className={css.options ?? ""}>
          <Options items={found} typed={typed ?? ""} chosen={[value]} creates={creates} isLoading={isLoading} />
        </Combobox.Dropdown>
      </Combobox>
      {hint ? <span className={css.hint}>{hint}</span> : null}
    </div>
  );
}

/** Several of a list, as pills in the field. */
export function PickMany({ values, onChange, ...shared }: Shared & { values: readonly string[]; onChange: (values: string[]) => void }) {
  const { label, items, isBare = false, hint, placeholder, creates, isLoading, autoFocus, onSearch } = shared;
  const id = useId();
  const [typed, setTyped] = useState("");
  const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() });
  const found = onSearch ? [...items] : matches(items, typed);
  const toggle = (chosen: string) => {
    const value = chosen === CREATE ? typed.trim() : chosen;
    onChange(values.includes(value) ? values.filter((one) => one !== value) : [...values, value]);
    setTyped("");
    box.resetSelectedOption();
  };
  return (
    <div className={css.field}>
      <label htmlFor={id} className={isBare ? "screen-reader" : css.label}>
        {label}
      </label>
      <Combobox store={box} onOptionSubmit={toggle} withinPortal position="bottom-start" offset={4} transitionProps={{ duration: 0 }}>
        <Combobox.DropdownTarget>
          <div className={cx(css.input, css.pills)} onClick={() => box.openDropdown()}>
            {values.map((value) => (
              <span key={value} className={css.pill}>
                <span className="cut">{items.find((one) => one.value === value)?.label ?? value}</span>
                <button type="button" tabIndex={-1} aria-label={`Remove ${value}`} onClick={() => toggle(value)}>
                  <X size={11} aria-hidden />
                </button>
              </span>
            ))}
            <Combobox.EventsTarget>
              <input
                id={id}
                autoFocus={autoFocus}
                data-autofocus={autoFocus || undefined}
                placeholder={values.length ? "" : (placeholder ?? "Any")}
                value={typed}
                spellCheck={false}
                autoComplete="off"
                onFocus={() => box.openDropdown()}
                onBlur={() => box.closeDropdown()}
                onChange={(event) => {
                  setTyped(event.target.value);
                  onSearch?.(event.target.value);
                  box.openDropdown();
                  box.selectFirstOption();
                }}
                onKeyDown={(event) => {
                  if (event.key === "Backspace" && !typed && values.length) onChange(values.slice(0, -1));
                  if (event.key === "Enter" && creates && typed.trim() && box.getSelectedOptionIndex() === -1) {
                    event.preventDefault();
                    toggle(CREATE);
                  }
                }}
              />
            </Combobox.EventsTarget>
          </div>
        </Combobox.DropdownTarget>
        <Combobox.Dropdown className={css.options ?? ""}>
          <Options items={found} typed={typed} chosen={values} creates={creates} isLoading={isLoading} />
        </Combobox.Dropdown>
      </Combobox>
      {hint ? <span className={css.hint}>{hint}</span> : null}
    </div>
  );
}
