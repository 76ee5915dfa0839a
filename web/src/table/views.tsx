// Named looks of a table: filters, columns and order, kept for the next time.
import { Bookmark, BookmarkPlus, Link2, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button, copyText } from "~/design/button";
import { Dialog } from "~/design/dialog";
import { TextField } from "~/design/field";
import { Menu, type MenuEntry } from "~/design/menu";
import { toast } from "~/design/toast";
import { writeSort } from "~/design/grid/columns";
import { usePreferences, useSetPreferences } from "~/preferences/preferences";
import { useParams, usePath, writeParams } from "~/shell/address";
import { useGo } from "~/shell/link";
import { writeList } from "./filters";
import type { Look } from "./look";

const NOT_OF_A_VIEW = new Set(["task", "model", "peek"]);

export function ViewsMenu({ table, look }: { table: string; look: Look }) {
  const [params] = useParams();
  const path = usePath();
  const go = useGo();
  const { views } = usePreferences();
  const setPreferences = useSetPreferences();
  const [isAsked, setAsked] = useState(false);
  const [name, setName] = useState("");
  const mine = Object.entries(views?.[table] ?? {}).flatMap(([id, view]) => (view ? [{ id, ...view }] : []));
  const whole = () => {
    const kept = Object.fromEntries(Object.entries(params).filter(([key]) => !NOT_OF_A_VIEW.has(key)));
    return writeParams({ ...kept, cols: writeList(look.columns), sort: writeSort(look.sort) }).slice(1);
  };
  const current = whole();
  const keep = () => {
    setPreferences({ views: { [table]: { [crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36) ?? name]: { name: name.trim(), query: current } } } });
    setAsked(false);
    setName("");
    toast(`The view “${name.trim()}” is kept`);
  };
  const items: MenuEntry[] = [
    ...(mine.length ? [{ heading: "Saved views" }] : []),
    ...mine.map((view) => ({ id: view.id, label: view.name, isChecked: view.query === current, run: () => go(`${path}?${view.query}`) })),
    ...(mine.length ? ["divider" as const] : []),
    { label: "Save this view…", icon: <BookmarkPlus size={14} aria-hidden />, run: () => setAsked(true) },
    {
      label: "Copy a link to this view", icon: <Link2 size={14} aria-hidden />,
      run: () => void copyText(`${location.origin}${path}?${current}`).then(() => toast("The link is copied")),
    },
    ...(mine.length
      ? [{ label: "Delete a view", icon: <Trash2 size={14} aria-hidden />, items: mine.map((view) => ({ id: view.id, label: view.name, isDangerous: true, run: () => setPreferences({ views: { [table]: { [view.id]: null } } }) })) }]
      : []),
  ];
  return (
    <>
      <Menu label="Views" position="bottom-end" items={items}>
        <Button isSmall kind="quiet" icon={<Bookmark size={14} aria-hidden />}>
          <span className="wide-only">{mine.find((view) => view.query === current)?.name ?? "Views"}</span>
        </Button>
      </Menu>
      {isAsked ? (
        <Dialog title="Save this view" confirm="Save" disabled={!name.trim()} onClose={() => setAsked(false)} onConfirm={keep}>
          <TextField label="Name" autoFocus value={name} onChange={(event) => setName(event.target.value)} hint="Filters, columns and order, for this table." />
        </Dialog>
      ) : null}
    </>
  );
}
