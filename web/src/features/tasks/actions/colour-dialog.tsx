// The colour of a run, where the twelve that come by themselves do not do.
import { useState } from "react";
import type { Task } from "~/api/documents";
import { Button } from "~/design/button";
import { Dialog } from "~/design/dialog";
import { RUN_COLOURS, runColour } from "~/design/run-colour";
import { useSetPreferences } from "~/preferences/preferences";

export function ColourDialog({ task, onClose }: { task: Pick<Task, "id" | "name">; onClose: () => void }) {
  const set = useSetPreferences();
  const [colour, setColour] = useState(runColour(task.id));
  const save = (value: string | null) => {
    set({ runColours: { [task.id]: value } });
    onClose();
  };
  return (
    <Dialog title={`Colour of ${task.name}`} confirm="Save" onClose={onClose} onConfirm={() => save(colour)} foot={<Button onClick={() => save(null)}>As it comes</Button>}>
      <div className="row wrap" role="radiogroup" aria-label="Colour">
        {RUN_COLOURS.map((one) => (
          <button key={one} type="button" role="radio" aria-checked={colour === one} aria-label={one} onClick={() => setColour(one)} style={{ width: 26, height: 26, borderRadius: 6, background: one, outline: colour === one ? "2px solid var(--text)" : undefined, outlineOffset: 2 }} />
        ))}
        <input type="color" aria-label="Another colour" value={colour} onChange={(event) => setColour(event.target.value)} />
      </div>
    </Dialog>
  );
}
