// The filters of a table: those that are set as chips, the others one press away.
import { ListFilter, Plus, Regex, X } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Button, IconButton, Segments } from "~/design/button";
import { Check, SearchField, TextField } from "~/design/field";
import { Menu } from "~/design/menu";
import { PickMany, type Item } from "~/design/pick";
import { Popover } from "~/design/popover";
import { STATUS_WORDS, StatusIcon } from "~/design/status";
import type { TaskStatus } from "~/api/documents";
import { useCommands } from "~/keys/commands";
import { listed } from "~/keys/list";
import { useParams } from "~/shell/address";
import { parseFilters, patternProblem, RELATIVE_TIMES, shownFilter, writeFilter, type Filter, type FilterField } from "./filters";
import css from "./table.module.css";

/** The values that a choice offers, asked for when its editor opens. */
export type Choices = (field: FilterField, search: string) => { items: Item[]; isLoading: boolean };

export function FilterBar({ fields, useChoices, nameOf, children, placeholder = "Search names, ids, comments" }: {
  fields: readonly FilterField[];
  useChoices: Choices;
  /** What a value is called, where the address holds its id. */
  nameOf: (field: FilterField, value: string) => string;
  children?: ReactNode;
  placeholder?: string;
}) {
  const [params, setParams] = useParams();
  const [open, setOpen] = useState<string | null>(null);
  const active = parseFilters(fields, params);
  const added = open && !active.some((one) => one.field.key === open) ? fields.find((one) => one.key === open) : undefined;
  const isPattern = params.qx === "1";
  const problem = isPattern && params.q ? patternProblem(params.q) : null;
  useCommands([{ ...listed("filter"), isKeyOnly: true, run: () => document.querySelector<HTMLInputElement>("[data-page-search]")?.focus() }]);
  const clear = () => {
    const nothing = Object.assign({}, ...active.map((one) => writeFilter(one.field, null))) as Record<string, undefined>;
    setParams({ ...nothing, q: undefined, qx: undefined });
  };
  return (
    <div className={css.bar} role="search" aria-label="Filters">
      <SearchField label="Search" placeholder={placeholder} value={params.q ?? ""} onChange={(q) => setParams({ q })} width={240} data-page-search aria-invalid={problem ? true : undefined} title={problem ?? undefined} />
      <IconButton label={isPattern ? "The search is a regular expression" : "Search by a regular expression"} isSmall aria-pressed={isPattern} onClick={() => setParams({ qx: isPattern ? undefined : "1" })}>
        <Regex size={14} aria-hidden />
      </IconButton>
      {active.map(({ field, filter }) => (
        <Chip key={field.key} field={field} filter={filter} useChoices={useChoices} nameOf={nameOf} isOpen={open === field.key} onOpen={(isOpen) => setOpen(isOpen ? field.key : null)} />
      ))}
      {added ? <Chip key={added.key} field={added} filter={null} useChoices={useChoices} nameOf={nameOf} isOpen onOpen={(isOpen) => setOpen(isOpen ? added.key : null)} /> : null}
      <Menu
        label="Filter by"
        items={fields.filter((field) => !active.some((one) => one.field.key === field.key)).map((field) => ({ id: field.key, label: field.label, run: () => setTimeout(() => setOpen(field.key)) }))}
      >
        <Button isSmall kind="quiet" icon={active.length ? <Plus size={13} aria-hidden /> : <ListFilter size={14} aria-hidden />}>
          Filter
        </Button>
      </Menu>
      {active.length > 0 || params.q ? (
        <Button isSmall kind="quiet" onClick={clear}>
          Clear
        </Button>
      ) : null}
      <span className="grow" />
      {children}
    </div>
  );
}

function Chip({ field, filter, useChoices, nameOf, isOpen, onOpen }: { field: FilterField; filter: Filter | null; useChoices: Choices; nameOf: (field: FilterField, value: string) => string; isOpen: boolean; onOpen: (isOpen: boolean) => void }) {
  const [, setParams] = useParams();
  const set = (next: Filter | null) => setParams(writeFilter(field, next));
  return (
    <Popover
      label={`Filter: ${field.label}`}
      isOpen={isOpen}
      onOpen={onOpen}
      button={(open, toggle) => (
        <span className={css.chip}>
          <button type="button" aria-expanded={open} onClick={toggle}>
            <b>{field.label}</b>
            <span className="cut">{filter ? shownFilter(filter, (value) => nameOf(field, value)) : "…"}</span>
          </button>
          <button
            type="button"
            aria-label={`Remove the filter ${field.label}`}
            onClick={() => {
              onOpen(false);
              set(null);
            }}
          >
            <X size={12} aria-hidden />
          </button>
        </span>
      )}
    >
      <div className={css.editor}>
        <h3>{field.label}</h3>
        <Editor field={field} filter={filter} onChange={set} useChoices={useChoices} />
      </div>
    </Popover>
  );
}

function Editor({ field, filter, onChange, useChoices }: { field: FilterField; filter: Filter | null; onChange: (filter: Filter | null) => void; useChoices: Choices }) {
  switch (field.kind) {
    case "choice":
      return field.key === "status" ? <StatusEditor field={field} filter={filter} onChange={onChange} useChoices={useChoices} /> : <ChoiceEditor field={field} filter={filter} onChange={onChange} useChoices={useChoices} />;
    case "tags":
      return <TagsEditor field={field} filter={filter} onChange={onChange} useChoices={useChoices} />;
    case "range":
      return <RangeEditor field={field} filter={filter} onChange={onChange} scale={1} unit="" />;
    case "duration":
      return <RangeEditor field={field} filter={filter} onChange={onChange} scale={60} unit=" (minutes)" />;
    case "time":
      return <TimeEditor field={field} filter={filter} onChange={onChange} />;
  }
}

interface EditorProps {
  field: FilterField;
  filter: Filter | null;
  onChange: (filter: Filter | null) => void;
}

function StatusEditor({ field, filter, onChange, useChoices }: EditorProps & { useChoices: Choices }) {
  const { items } = useChoices(field, "");
  const values = filter?.kind === "choice" ? filter.values : [];
  return (
    <div className={css.list} role="group" aria-label={field.label}>
      {items.map((item) => (
        <Check
          key={item.value}
          checked={values.includes(item.value)}
          onChange={(isOn) => onChange({ kind: "choice", key: field.key, values: isOn ? [...values, item.value] : values.filter((one) => one !== item.value) })}
          label={
            <span className="row">
              <StatusIcon status={item.value as TaskStatus} /> {STATUS_WORDS[item.value as TaskStatus]}
            </span>
          }
        />
      ))}
    </div>
  );
}

function ChoiceEditor({ field, filter, onChange, useChoices }: EditorProps & { useChoices: Choices }) {
  const [search, setSearch] = useState("");
  const { items, isLoading } = useChoices(field, search);
  const values = filter?.kind === "choice" ? filter.values : [];
  return <PickMany label={field.label} isBare autoFocus items={items} isLoading={isLoading} values={values} onSearch={setSearch} onChange={(next) => onChange({ kind: "choice", key: field.key, values: next })} />;
}

function TagsEditor({ field, filter, onChange, useChoices }: EditorProps & { useChoices: Choices }) {
  const [mode, setMode] = useState<"any" | "all" | "none">("any");
  const { items, isLoading } = useChoices(field, "");
  const current = filter?.kind === "tags" ? filter : { kind: "tags" as const, key: field.key, any: [], all: [], none: [] };
  return (
    <>
      <Segments label="Which of the tags" value={mode} onChange={setMode} options={[{ value: "any", label: "Any of" }, { value: "all", label: "All of" }, { value: "none", label: "None of" }]} />
      <PickMany key={mode} label={field.label} isBare autoFocus items={items} isLoading={isLoading} values={current[mode]} onChange={(next) => onChange({ ...current, [mode]: next })} />
    </>
  );
}

function RangeEditor({ field, filter, onChange, scale, unit }: EditorProps & { scale: number; unit: string }) {
  const current = filter?.kind === "range" || filter?.kind === "duration" ? filter : null;
  const [from, setFrom] = useState(current?.from == null ? "" : String(current.from / scale));
  const [to, setTo] = useState(current?.to == null ? "" : String(current.to / scale));
  const value = (text: string) => (text.trim() && Number.isFinite(Number(text)) ? Number(text) * scale : null);
  const tell = (a: string, b: string) => onChange({ kind: field.kind === "duration" ? "duration" : "range", key: field.key, from: value(a), to: value(b) });
  const bad = (text: string) => (text.trim() && !Number.isFinite(Number(text)) ? "not a number" : null);
  return (
    <div className={css.pair}>
      <TextField label={`At least${unit}`} autoFocus inputMode="decimal" value={from} error={bad(from)} onChange={(event) => { setFrom(event.target.value); tell(event.target.value, to); }} />
      <TextField label={`At most${unit}`} inputMode="decimal" value={to} error={bad(to)} onChange={(event) => { setTo(event.target.value); tell(from, event.target.value); }} />
    </div>
  );
}

function TimeEditor({ field, filter, onChange }: EditorProps) {
  const current = filter?.kind === "time" ? filter : { kind: "time" as const, key: field.key, last: null, from: null, to: null };
  return (
    <>
      <div className={css.presets}>
        {RELATIVE_TIMES.map((last) => (
          <Button key={last} isSmall kind="quiet" aria-pressed={current.last === last} onClick={() => onChange({ ...current, last, from: null, to: null })}>
            {shownFilter({ ...current, last, from: null, to: null }, (value) => value)}
          </Button>
        ))}
      </div>
      <div className={css.pair}>
        <TextField label="From" type="datetime-local" value={current.from ?? ""} onChange={(event) => onChange({ ...current, last: null, from: event.target.value || null })} />
        <TextField label="To" type="datetime-local" value={current.to ?? ""} onChange={(event) => onChange({ ...current, last: null, to: event.target.value || null })} />
      </div>
    </>
  );
}
