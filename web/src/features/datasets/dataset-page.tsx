// One dataset: its versions.
import { useParams as useRouteParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { useAnswer } from "~/api/queries";
import { Empty, Loading, Problem } from "~/design/parts";
import { to } from "~/routes";
import { Link } from "~/shell/link";
import { useCrumbs } from "~/shell/page";
import { specialName } from "../pipelines/special-projects";
import css from "../projects/projects.module.css";
import { TaskList } from "../tasks/list/task-list";

const COLUMNS = ["status", "tags", "user", "created", "last_update", "comment"];

export function DatasetPage() {
  const { project: id = "" } = useRouteParams({ strict: false }) as { project?: string };
  const query = useAnswer("projects.get_all_ex", { id: [id], search_hidden: true } as never, { fresh: 10_000 });
  const project = query.data?.projects[0];
  const name = specialName(project?.name ?? "");
  useCrumbs([{ label: "Datasets", href: to.datasets() }, { label: project ? name.base : "…" }]);
  const scope = useMemo(() => ({ project: id, projectName: project?.name ?? "", table: "versions", body: { type: ["data_processing"], search_hidden: true }, standard: COLUMNS }), [id, project?.name]);
  if (query.isPending) return <Loading />;
  if (query.isError) return <div className="page"><Problem error={query.error} retry={() => void query.refetch()} /></div>;
  if (!project) return <Empty title="There is no such dataset"><Link href={to.datasets()} className="link">Datasets</Link></Empty>;
  return (
    <div className="fill">
      <div className={css.tabs} style={{ padding: "6px 12px 6px 20px" }}>
        <h1 className="cut" style={{ fontSize: 15 }}>{name.base} <span className="dimmer" style={{ fontWeight: 400 }}>{name.parent}</span></h1>
      </div>
      <div className="scrolls" style={{ overflow: "hidden" }}>
        <TaskList scope={scope} empty={<Empty title="No versions yet" />} />
      </div>
    </div>
  );
}
