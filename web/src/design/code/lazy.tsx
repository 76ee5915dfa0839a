// The editor is a large part of the pages' code: it comes when the first text is shown.
import { lazy, Suspense, type ComponentProps } from "react";

const Editor = lazy(() => import("./code-editor").then((module) => ({ default: module.CodeEditor })));

export function Code(props: ComponentProps<typeof Editor>) {
  return (
    <Suspense fallback={<pre className="mono dim" style={{ minHeight: props.minHeight ?? 60, maxHeight: props.maxHeight ?? 480, overflow: "hidden", padding: 8 }}>{props.value.slice(0, 4_000)}</pre>}>
      <Editor {...props} />
    </Suspense>
  );
}
