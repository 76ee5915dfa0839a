// Aborting, resetting, publishing and deleting: asked once for one task or for many, told what became of each.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "~/api/client";
import type { Task } from "~/api/documents";
import { forget } from "~/api/queries";
import { CopyButton } from "~/design/button";
import { Dialog } from "~/design/dialog";
import { Check } from "~/design/field";
import { Meter, Notice } from "~/design/parts";
import { toast } from "~/design/toast";
import { plural } from "~/format";
import css from "./actions.module.css";
import { eligible, isPublished } from "./eligibility";
import { runMany, type ManyAction, type Outcome } from "./many";
import { LeftOut, Names, subject } from "./subject";

type Kind = "stop" | "stop_children" | "reset" | "publish" | "delete";

const ENDPOINTS: Record<Kind, ManyAction> = {
  stop: "tasks.stop_many", stop_children: "tasks.stop_many", reset: "tasks.reset_many", publish: "tasks.publish_many", delete: "tasks.delete_many",
};
const VERBS: Record<Kind, string> = { stop: "Abort", stop_children: "Abort all children of", reset: "Reset", publish: "Publish", delete: "Delete" };

function done(kind: Kind, name: string, isOne: boolean): string {
  const is = isOne ? "is" : "are";
  return { stop: `${name} ${is} asked to stop`, stop_children: "The children are asked to stop", reset: isOne ? `${name} is a draft again` : `${name} are drafts again`, publish: `${name} ${is} published`, delete: `${name} ${is} deleted` }[kind];
}

export function ManyDialog({ action, tasks, onClose, onGone }: { action: Kind; tasks: readonly Task[]; onClose: () => void; onGone: () => void }) {
  const client = useQueryClient();
  const chosen = eligible(action, tasks);
  const published = chosen.able.filter(isPublished);
  const [withPublished, setWithPublished] = useState(false);
  const [deleteFiles, setDeleteFiles] = useState(true);
  const [deleteModels, setDeleteModels] = useState(true);
  const [progress, setProgress] = useState(0);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const meant = action === "delete" && !withPublished ? chosen.able.filter((task) => !isPublished(task)) : chosen.able;

  const run = useMutation({
    mutationFn: async (): Promise<Outcome> => {
      const ids = meant.map((task) => task.id);
      const extra = {
        stop: { status_reason: "aborted in the web UI" },
        stop_children: { status_reason: "aborted in the web UI" },
        reset: { delete_output_models: deleteModels, delete_external_artifacts: deleteFiles, return_file_urls: true },
        publish: {},
        delete: { delete_output_models: deleteModels, delete_external_artifacts: deleteFiles, return_file_urls: true, force: published.length > 0 && withPublished },
      }[action];
      if (action !== "stop_children") return runMany(ENDPOINTS[action], ids, extra, setProgress);
      const { tasks: children } = await call("tasks.get_all_ex", { parent: ids, status: ["queued", "in_progress"], only_fields: ["id"], search_hidden: true, page: 0, page_size: 500 } as never);
      return runMany(ENDPOINTS[action], children.map((task) => task.id), extra, setProgress);
    },
    onSuccess: async (result) => {
      await forget(client, "tasks", "queues", "workers", "projects", "models", "events", "organization");
      const isOne = meant.length === 1;
      const name = isOne ? subject(meant) : plural(result.done, "task");
      if (action === "delete" && result.done > 0) onGone();
      if (result.failed.length === 0 && result.left.length === 0) {
        const files = result.scheduled > 0 ? `; ${plural(result.scheduled, "file")} on the server go with ${isOne ? "it" : "them"}` : "";
        toast(done(action, name, isOne || result.done === 1) + files);
        onClose();
      } else setOutcome(result);
    },
    onError: (error) => toast(error.message, { isError: true }),
  });

  if (outcome) return <Result outcome={outcome} action={action} tasks={meant} onClose={onClose} />;
  return (
    <Dialog
      title={`${VERBS[action]} ${subject(tasks.length === 1 ? tasks : meant)}?`}
      confirm={`${action === "stop_children" ? "Abort" : VERBS[action]}${meant.length > 1 ? ` ${meant.length}` : ""}`}
      isDangerous={action !== "publish"}
      busy={run.isPending}
      disabled={meant.length === 0}
      onClose={onClose}
      onConfirm={() => run.mutate()}
    >
      <LeftOut eligible={chosen} of={tasks.length} />
      <Names tasks={meant} />
      {action === "stop" ? <p>The script gets SIGTERM and some time to save its work; then it is killed. Queued tasks leave their queue.</p> : null}
      {action === "stop_children" ? <p>Every task that this one started and that is queued or running is aborted; the task itself goes on.</p> : null}
      {action === "publish" ? <p>A published task can no longer be changed or reset. Its output models are published with it.</p> : null}
      {action === "reset" ? <p>{meant.length === 1 ? "It becomes a draft" : "They become drafts"} again: log, curves, plots and output artifacts are removed, and nothing brings them back. Code, parameters and input stay.</p> : null}
      {action === "delete" ? <p>Log, curves, plots and parameters are removed, and nothing brings them back.</p> : null}
      {action === "reset" || action === "delete" ? (
        <>
          <Check label="Delete artifacts and debug samples on this server" checked={deleteFiles} onChange={setDeleteFiles} />
          <Check label="Delete output models that no other task uses" checked={deleteModels} onChange={setDeleteModels} />
        </>
      ) : null}
      {action === "delete" && published.length > 0 ? (
        <>
          <Notice kind="warn">{published.length === 1 && tasks.length === 1 ? "It is published: others may rely on it." : `${published.length} of them are published: others may rely on them.`}</Notice>
          <Check label={published.length === 1 && tasks.length === 1 ? "Delete it all the same" : "Delete the published ones, too"} checked={withPublished} onChange={setWithPublished} />
        </>
      ) : null}
      {run.isPending && meant.length > 100 ? (
        <div>
          <Meter share={progress / meant.length} label="Progress" />
          <p className="dimmer">
            {progress} of {meant.length}
          </p>
        </div>
      ) : null}
    </Dialog>
  );
}

/** What remained: tasks that were refused, files that are somebody else's to delete. */
function Result({ outcome, action, tasks, onClose }: { outcome: Outcome; action: Kind; tasks: readonly Task[]; onClose: () => void }) {
  const name = (id: string) => tasks.find((task) => task.id === id)?.name ?? id;
  return (
    <Dialog title={action === "delete" ? "What remained" : "Not all of them"} onClose={onClose}>
      {outcome.done > 0 ? (
        <Notice kind="good">
          {done(action, plural(outcome.done, "task"), outcome.done === 1)}
          {outcome.scheduled > 0 ? `; ${plural(outcome.scheduled, "file")} on this server ${outcome.scheduled === 1 ? "goes" : "go"} with ${outcome.done === 1 ? "it" : "them"}` : ""}.
        </Notice>
      ) : null}
      {outcome.failed.length > 0 ? (
        <section>
          <h3>Refused ({outcome.failed.length})</h3>
          <ul className={css.list}>
            {outcome.failed.map((one) => (
              <li key={one.id}>
                {name(one.id)} <span className={css.why}>{one.reason}</span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {outcome.left.length > 0 ? (
        <section className="column" style={{ gap: 6 }}>
          <div className="row">
            <h3 className="grow">Files that only their owner can delete ({outcome.left.length})</h3>
            <CopyButton text={outcome.left.join("\n")} label="Copy the list" />
          </div>
          <ul className={css.list}>
            {outcome.left.slice(0, 200).map((url) => (
              <li key={url} className="mono">
                {url}
              </li>
            ))}
          </ul>
          <p className="dimmer">They lie in buckets or on other servers, whose keys this server does not have.</p>
        </section>
      ) : null}
    </Dialog>
  );
}
