// Asks before what was typed is lost: on another page, another task, another tab.
import { useBlocker } from "@tanstack/react-router";
import { Dialog } from "~/design/dialog";
import { listed } from "~/format";
import { unsaved, useUnsaved } from "./dirty";

/** Parts of the address that change what is edited; filters and orders do not. */
const OF_THE_EDITED = ["task", "tab", "model"];

function isElsewhere(from: { pathname: string; search: object }, to: { pathname: string; search: object }): boolean {
  if (from.pathname !== to.pathname) return true;
  const [before, after] = [from.search as Record<string, string>, to.search as Record<string, string>];
  return OF_THE_EDITED.some((key) => before[key] !== after[key]);
}

export function LeaveGuard() {
  const isDirty = useUnsaved().length > 0;
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => unsaved().length > 0 && isElsewhere(current, next),
    enableBeforeUnload: isDirty,
    withResolver: true,
  });
  if (blocker.status !== "blocked") return null;
  return <LeaveDialog onStay={blocker.reset} onLeave={blocker.proceed} />;
}

export function LeaveDialog({ onStay, onLeave }: { onStay: () => void; onLeave: () => void }) {
  return (
    <Dialog title="Leave without saving?" confirm="Leave" cancel="Stay" isDangerous onClose={onStay} onConfirm={onLeave}>
      <p>Changed and not saved: {listed(unsaved())}.</p>
    </Dialog>
  );
}
