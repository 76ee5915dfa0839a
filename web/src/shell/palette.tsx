// One field for everything: names of any kind, ids, and (after ">") what can be done on this page.
import { Modal } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Box, Database, FileText, FolderTree, Hash, Layers, LayoutList, Search, Server, User, Workflow } from "lucide-react";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { StatusIcon } from "~/design/status";
import { Kbd, Spinner } from "~/design/button";
import { currentCommands, keysOf } from "~/keys/commands";
import { shownKeys } from "~/keys/combo";
import { useFound, type Found } from "~/features/search/find";
import { to } from "~/routes";
import { useGo } from "./link";
import css from "./palette.module.css";
import { rank } from "./rank";

interface Entry {
  id: string;
  group: string;
  label: string;
  hint?: string;
  keys?: string | undefined;
  icon: ReactNode;
  run: () => void;
}

const ICON = { size: 15, strokeWidth: 1.75, "aria-hidden": true } as const;
const ICONS = {
  project: <FolderTree {...ICON} />, task: <LayoutList {...ICON} />, model: <Box {...ICON} />, dataset: <Database {...ICON} />, pipeline: <Workflow {...ICON} />,
  report: <FileText {...ICON} />, queue: <Layers {...ICON} />, worker: <Server {...ICON} />, tag: <Hash {...ICON} />, user: <User {...ICON} />,
} satisfies Record<Found["kind"], ReactNode>;

function commandEntries(text: string): Entry[] {
  const list = currentCommands().filter((one) => !one.isKeyOnly);
  return rank(list, text, (one) => `${one.label} ${one.group}`).map((one) => ({
    id: `command:${one.id}`, group: one.group, label: one.label, keys: keysOf(one), icon: one.icon ?? <span style={{ width: 15 }} />, run: one.run,
  }));
}

/** What is shown while the answer to the newest letters is awaited are those of the last ones that these find, too. */
function isFoundBy(text: string, one: Found): boolean {
  const wanted = text.replace(/^[#@]/, "").trim().toLowerCase();
  return one.name.toLowerCase().includes(wanted) || one.id.toLowerCase().includes(wanted);
}

export function Palette({ onClose }: { onClose: () => void }) {
  const go = useGo();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const isCommand = text.startsWith(">");
  const [asked] = useDebouncedValue(text.trim(), 100);
  const found = useFound(isCommand ? "" : asked, 6);
  // The commands are those of the page below: the list stands still while the palette is open.
  const entries = useMemo<Entry[]>(() => {
    if (isCommand) return commandEntries(text.slice(1).trim());
    const places = found.items.filter((one) => isFoundBy(text, one)).map((one) => ({
      id: `${one.kind}:${one.id}`, group: one.group, label: one.name, ...(one.hint ? { hint: one.hint } : {}),
      icon: one.status ? <StatusIcon status={one.status} /> : ICONS[one.kind], run: () => go(one.href),
    }));
    const commands = text.trim() ? commandEntries(text.trim()).slice(0, 6) : commandEntries("");
    const whole: Entry[] = text.trim() && !/^[#@]/.test(text)
      ? [{ id: "search", group: "Search", label: `Search everything for “${text.trim()}”`, icon: <Search {...ICON} />, run: () => go(to.search(text.trim())) }]
      : [];
    return [...places, ...commands, ...whole];
  }, [isCommand, text, found.items, go]);
  const selected = Math.min(at, entries.length - 1);
  const run = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    // After the focus has gone back to where it was.
    setTimeout(entry.run);
  };
  // Enter may be faster than the answer, and means what the answer brings.
  const isSettled = isCommand || (asked === text.trim() && !found.isLoading);
  const [isEntered, setIsEntered] = useState(false);
  useEffect(() => {
    if (!isEntered || !isSettled) return;
    setIsEntered(false);
    run(entries[selected]);
  });
  const move = (next: number) => {
    const bounded = (next + entries.length) % Math.max(1, entries.length);
    setAt(bounded);
    list.current?.querySelector(`[data-at="${bounded}"]`)?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step) move(Math.abs(step) === 1 ? selected + step : Math.min(entries.length - 1, Math.max(0, selected + step)));
    else if (event.key === "Enter") {
      if (isSettled || selected > 0) run(entries[selected]);
      else setIsEntered(true);
    }
    else return;
    event.preventDefault();
  };
  return (
    <Modal.Root opened onClose={onClose} transitionProps={{ duration: 0 }} lockScroll={false}>
      <Modal.Overlay className={css.overlay ?? ""} />
      <Modal.Content aria-label="Search and commands" classNames={{ inner: css.inner ?? "", content: css.content ?? "" }}>
        <div className={css.palette} onKeyDown={onKeyDown}>
          <div className={css.field}>
            {found.isLoading ? <Spinner size={16} /> : <Search size={16} aria-hidden />}
            <input
              data-autofocus
              role="combobox"
              aria-expanded="true"
              aria-controls={listId}
              aria-activedescendant={entries[selected] ? `${listId}-${selected}` : undefined}
              aria-label="Search and commands"
              placeholder="Search, paste an id, or type > for commands"
              value={text}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => {
                setText(event.target.value);
                setAt(0);
                setIsEntered(false);
              }}
            />
          </div>
          <div className={css.list} ref={list} id={listId} role="listbox" aria-label="Results">
            {entries.map((entry, index) => (
              <div key={entry.id} role="presentation">
                {entry.group !== entries[index - 1]?.group ? (
                  <div className={css.group} role="presentation">
                    {entry.group}
                  </div>
                ) : null}
                <div
                  id={`${listId}-${index}`}
                  data-at={index}
                  role="option"
                  aria-selected={index === selected}
                  className={css.item}
                  onPointerMove={() => setAt(index)}
                  onClick={() => run(entry)}
                >
                  {entry.icon}
                  <span className="cut">{entry.label}</span>
                  {entry.hint ? <span className="dimmer cut grow">{entry.hint}</span> : <span className="grow" />}
                  {entry.keys ? <Kbd keys={shownKeys(entry.keys)} /> : null}
                </div>
              </div>
            ))}
            {entries.length === 0 ? <div className={css.none}>{found.isLoading ? "Searching…" : "Nothing matches"}</div> : null}
          </div>
          <div className={css.foot}>
            <span>
              <Kbd keys=">" /> commands
            </span>
            <span>
              <Kbd keys="#" /> tag
            </span>
            <span>
              <Kbd keys="@" /> user
            </span>
            <span>
              <Kbd keys="↑ ↓" /> choose
            </span>
            <span>
              <Kbd keys="↵" /> open
            </span>
          </div>
        </div>
      </Modal.Content>
    </Modal.Root>
  );
}
