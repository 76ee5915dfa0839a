// Which key does what, and how to change that.
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { Button, IconButton, Kbd } from "~/design/button";
import { Switch } from "~/design/field";
import { Notice, Panel } from "~/design/parts";
import { comboOf, shownKeys } from "~/keys/combo";
import { KEY_LIST } from "~/keys/list";
import { usePreferences, useSetPreferences } from "~/preferences/preferences";
import css from "./settings.module.css";

export function Keys() {
  const { singleKeys = true, ownKeys = {} } = usePreferences();
  const set = useSetPreferences();
  const [asked, setAsked] = useState<string | null>(null);
  const current = (id: string, keys: string) => ownKeys[id] ?? keys;
  const groups = [...new Set(KEY_LIST.map((one) => one.group))];
  const taken = (id: string, combo: string) => KEY_LIST.find((one) => one.id !== id && current(one.id, one.keys) === combo);
  return (
    <>
      <Panel label="Single keys">
        <div className={css.option}>
          <div>
            Single keys<p>Letters that act without Ctrl or Alt. Switch them off if you dictate, or press keys by accident.</p>
          </div>
          <Switch label="On" checked={singleKeys} onChange={(next) => set({ singleKeys: next })} />
        </div>
      </Panel>
      {groups.map((group) => (
        <Panel key={group} title={group}>
          <table className={css.keys}>
            <tbody>
              {KEY_LIST.filter((one) => one.group === group).map((one) => {
                const combo = current(one.id, one.keys);
                const other = taken(one.id, combo);
                return (
                  <tr key={one.id}>
                    <th scope="row">{one.label}</th>
                    <td>
                      <Button
                        isSmall
                        aria-pressed={asked === one.id}
                        onClick={() => setAsked(asked === one.id ? null : one.id)}
                        onBlur={() => setAsked(null)}
                        onKeyDown={(event) => {
                          if (asked !== one.id || ["Control", "Shift", "Alt", "Meta", "Tab"].includes(event.key)) return;
                          event.preventDefault();
                          event.stopPropagation();
                          setAsked(null);
                          if (event.key !== "Escape") set({ ownKeys: { [one.id]: comboOf(event.nativeEvent) } });
                        }}
                      >
                        {asked === one.id ? "Press a key…" : <><Kbd keys={shownKeys(combo)} /><span className="screen-reader">{combo}, change the key for {one.label}</span></>}
                      </Button>
                      {other ? <span className="dimmer"> also: {other.label}</span> : null}
                    </td>
                    <td>
                      {ownKeys[one.id] ? (
                        <IconButton label={`Back to ${one.keys}`} isSmall onClick={() => set({ ownKeys: { [one.id]: null } })}>
                          <RotateCcw size={13} aria-hidden />
                        </IconButton>
                      ) : null}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </Panel>
      ))}
      <Notice>
        Press <Kbd keys="?" /> on any page for the keys that work there.
      </Notice>
    </>
  );
}
