// A project to put something into: one of those that are there, or a new one by its path.
import { useState } from "react";
import { useAnswer } from "~/api/queries";
import { PickOne } from "~/design/pick";
import { escapePattern } from "~/format";

export interface ProjectChoice {
  /** Empty for a project that has yet to be made. */
  id: string;
  name: string;
}

export function ProjectField({ value, onChange, label = "Project", autoFocus = false, without, canBeEmpty = false, hint }: {
  value: ProjectChoice;
  onChange: (choice: ProjectChoice) => void;
  label?: string;
  autoFocus?: boolean;
  /** Names of projects that are not offered, with all below them. */
  without?: string;
  canBeEmpty?: boolean;
  hint?: string;
}) {
  const [search, setSearch] = useState("");
  const found = useAnswer(
    "projects.get_all_ex",
    { only_fields: ["id", "name"], order_by: ["name"], page: 0, page_size: 60, ...(search.trim() ? { _any_: { pattern: escapePattern(search.trim()), fields: ["name"] } } : {}) },
    { keeps: true, fresh: 10_000 },
  );
  const items = (found.data?.projects ?? []).filter((one) => !without || (one.name !== without && !one.name.startsWith(`${without}/`))).map((one) => ({ value: one.id, label: one.name }));
  const shown = value.id && !items.some((one) => one.value === value.id) ? [{ value: value.id, label: value.name }, ...items] : items;
  return (
    <PickOne
      label={label}
      value={value.id || value.name}
      items={shown}
      isLoading={found.isFetching}
      creates="New project"
      autoFocus={autoFocus}
      onSearch={setSearch}
      canBeEmpty={canBeEmpty}
      hint={hint}
      placeholder={canBeEmpty ? "None" : "Choose, or type a new path: vision/detection"}
      onChange={(id, isNew) => onChange(isNew ? { id: "", name: id } : { id, name: shown.find((one) => one.value === id)?.label ?? id })}
    />
  );
}
