// One pipeline: its runs, and a new one.
import { useParams as useRouteParams } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { useMemo, useState } from "react";
import { useAnswer } from "~/api/queries";
import { Button } from "~/design/button";
import { Empty, Loading, Problem } from "~/design/parts";
import { to } from "~/routes";
import { Link } from "~/shell/link";
import { useCrumbs } from "~/shell/page";
import { TaskList } from "../tasks/list/task-list";
import css from "../projects/projects.module.css";
import { NewRunDialog } from "./new-run";
import { specialName } from "./special-projects";

const COLUMNS = ["status", "tags", "user", "started", "last_update", "runtime"];

export function PipelinePage() {
  const { project: id = "" } = useRouteParams({ strict: false }) as { project?: string };
  const query = useAnswer("projects.get_all_ex", { id: [id], search_hidden: true } as never, { fresh: 10_000 });
  const project = query.data?.projects[0];
  const name = specialName(project?.name ?? "");
  useCrumbs([{ label: "Pipelines", href: to.pipelines() }, { label: project ? name.base : "…" }]);
  const scope = useMemo(() => ({ project: id, projectName: project?.name ?? "", table: "runs", body: { type: ["controller"], search_hidden: true }, standard: COLUMNS }), [id, project?.name]);
  const latest = useAnswer("tasks.get_all_ex", { project: [id], type: ["controller"], search_hidden: true, order_by: ["-created"], page: 0, page_size: 1 } as never, { every: 20_000 });
  const [isAsked, setAsked] = useState(false);
  if (query.isPending) return <Loading />;
  if (query.isError) return <div className="page"><Problem error={query.error} retry={() => void query.refetch()} /></div>;
  if (!project) return <Empty title="There is no such pipeline"><Link href={to.pipelines()} className="link">Pipelines</Link></Empty>;
  const template = latest.data?.tasks[0];
  return (
    <div className="fill">
      <div className={css.tabs} style={{ padding: "6px 12px 6px 20px" }}>
        <h1 className="cut" style={{ fontSize: 15 }}>{name.base} <span className="dimmer" style={{ fontWeight: 400 }}>{name.parent}</span></h1>
        <Button isSmall kind="primary" icon={<Play size={13} aria-hidden />} disabled={!template} onClick={() => setAsked(true)}>
          New run
        </Button>
      </div>
      <div className="scrolls" style={{ overflow: "hidden" }}>
        <TaskList scope={scope} empty={<Empty title="No runs yet" />} />
      </div>
      {isAsked && template ? <NewRunDialog template={template} onClose={() => setAsked(false)} /> : null}
    </div>
  );
}
