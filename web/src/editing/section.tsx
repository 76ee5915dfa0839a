// A section of a page that is edited by itself: its title, its pencil, "Save" and "Cancel", and what to do when somebody else
// saved it meanwhile.
import { Pencil } from "lucide-react";
import { useRef, type KeyboardEvent, type ReactNode } from "react";
import { Button } from "~/design/button";
import { Dialog } from "~/design/dialog";
import { Panel } from "~/design/parts";
import type { Edit } from "./use-edit";

export function EditSection<T>({ title, edit, canEdit, actions, children, theirs }: {
  title: string;
  edit: Edit<T>;
  canEdit: boolean;
  actions?: ReactNode;
  children: ReactNode;
  /** Shows what the other one saved. */
  theirs?: (value: T) => ReactNode;
}) {
  const box = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!edit.isEditing) return;
    if (event.key === "Escape" && !edit.isDirty && !event.defaultPrevented) {
      event.stopPropagation();
      edit.cancel();
    }
    if ((event.ctrlKey || event.metaKey) && (event.key === "Enter" || event.key === "s")) {
      event.preventDefault();
      event.stopPropagation();
      edit.save();
    }
  };
  const begin = () => {
    edit.begin();
    setTimeout(() => box.current?.querySelector<HTMLElement>("input, textarea, select")?.focus());
  };
  return (
    <div ref={box} onKeyDown={onKeyDown}>
      <Panel
        title={title}
        actions={
          <>
            {actions}
            {edit.isEditing ? (
              <>
                <Button isSmall onClick={edit.cancel}>
                  Cancel
                </Button>
                <Button isSmall kind="primary" busy={edit.busy} disabled={!edit.isDirty} onClick={edit.save}>
                  Save
                </Button>
              </>
            ) : canEdit ? (
              <Button isSmall kind="quiet" icon={<Pencil size={13} aria-hidden />} aria-label={`Edit ${title}`} data-edit onClick={begin}>
                Edit
              </Button>
            ) : null}
          </>
        }
      >
        {children}
      </Panel>
      {edit.theirs !== null ? (
        <Dialog
          title={`Somebody else changed ${title}`}
          size={theirs ? "wide" : "normal"}
          confirm="Save mine over it"
          isDangerous
          busy={edit.busy}
          onClose={edit.keepOn}
          onConfirm={edit.overwrite}
          cancel="Go on editing"
          foot={<Button onClick={edit.takeTheirs}>Take theirs</Button>}
        >
          <p>It is not what it was when you began. Yours is not saved yet.</p>
          {theirs ? <div>{theirs(edit.theirs)}</div> : null}
        </Dialog>
      ) : null}
    </div>
  );
}
