// The editor is a large part of the pages' code: it comes when the first text is shown.
import { later } from "../later";

export const Code = later(
  () => import("./code-editor").then((module) => module.CodeEditor),
  ({ value, minHeight = 60, maxHeight = 480 }) => <pre className="mono dim" style={{ minHeight, maxHeight, overflow: "hidden", padding: 8 }}>{value.slice(0, 4_000)}</pre>,
);
