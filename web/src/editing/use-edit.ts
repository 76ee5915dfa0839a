// One section that is edited: what it was when the editing began, what it is now, and whether somebody else was faster.
import { useState } from "react";
import { useMutation } from "@tanstack/react-query";
import { ApiError, isSignedOut } from "~/api/client";
import { toast } from "~/design/toast";
import { useDirty } from "./dirty";
import { equal } from "./equal";

export interface Edit<T> {
  value: T;
  isEditing: boolean;
  isDirty: boolean;
  busy: boolean;
  /** What the server holds by now, when it is neither what the editing began with nor what is being saved. */
  theirs: T | null;
  begin: () => void;
  set: (value: T) => void;
  cancel: () => void;
  save: () => void;
  /** After a conflict: mine over theirs, or theirs as the new beginning. */
  overwrite: () => void;
  takeTheirs: () => void;
  keepOn: () => void;
}

export function useEdit<T>(label: string, stored: T, { read, write, isCurrent }: {
  /** The section as the server has it now. */
  read: () => Promise<T>;
  write: (value: T, base: T) => Promise<unknown>;
  /** Called after a save, before the editing ends: the page should show what was saved. */
  isCurrent: () => Promise<unknown>;
}): Edit<T> {
  const [state, setState] = useState<{ base: T; value: T } | null>(null);
  const [theirs, setTheirs] = useState<T | null>(null);
  const isDirty = state !== null && !equal(state.base, state.value);
  useDirty(label, isDirty);
  const run = useMutation({
    mutationFn: async (isForced: boolean) => {
      if (!state) return true;
      if (!isForced) {
        const now = await read();
        if (!equal(now, state.base) && !equal(now, state.value)) {
          setTheirs(now);
          return false;
        }
      }
      await write(state.value, isForced && theirs !== null ? theirs : state.base);
      await isCurrent();
      return true;
    },
    onSuccess: (isSaved) => {
      if (!isSaved) return;
      setState(null);
      setTheirs(null);
      toast(`${label}: saved`);
    },
    onError: (error) => {
      if (!isSignedOut(error)) toast(`${label} is not saved: ${error.message}`, { isError: true, detail: error instanceof ApiError ? error.reference : "" });
    },
  });
  return {
    value: state?.value ?? stored,
    isEditing: state !== null,
    isDirty,
    busy: run.isPending,
    theirs,
    begin: () => setState((before) => before ?? { base: stored, value: stored }),
    set: (value) => setState((before) => ({ base: before?.base ?? stored, value })),
    cancel: () => {
      setState(null);
      setTheirs(null);
    },
    save: () => (isDirty ? run.mutate(false) : setState(null)),
    overwrite: () => run.mutate(true),
    takeTheirs: () => {
      if (theirs !== null) setState({ base: theirs, value: theirs });
      setTheirs(null);
    },
    keepOn: () => setTheirs(null),
  };
}
