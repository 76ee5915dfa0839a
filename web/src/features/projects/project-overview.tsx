// What a project is about, in the words of its people, and how it stands.
import { useState } from "react";
import { call } from "~/api/client";
import type { Project } from "~/api/documents";
import { useQueryClient } from "@tanstack/react-query";
import { forget } from "~/api/queries";
import { later } from "~/design/later";
import { Segments } from "~/design/button";
import { Code } from "~/design/code/lazy";
import { Ago, Facts, Panel } from "~/design/parts";
import { EditSection } from "~/editing/section";
import { useEdit } from "~/editing/use-edit";
import { count, duration } from "~/format";
import { to } from "~/routes";
import { Link } from "~/shell/link";
import { Snapshot } from "./snapshot";
import task from "../tasks/task.module.css";

const Markdown = later(() => import("~/design/markdown").then((module) => module.Markdown));

async function readDescription(id: string): Promise<string> {
  const { projects } = await call("projects.get_all_ex", { id: [id], only_fields: ["description"], search_hidden: true } as never);
  return projects[0]?.description ?? "";
}

export function ProjectOverview({ project }: { project: Project }) {
  const client = useQueryClient();
  const [view, setView] = useState<"write" | "read">("write");
  const isForeign = project.company?.id === "";
  const edit = useEdit("Description", project.description ?? "", {
    read: () => readDescription(project.id),
    write: (description) => call("projects.update", { project: project.id, description }),
    isCurrent: () => forget(client, "projects"),
  });
  const stats = project.stats?.active;
  const inside = project.sub_projects ?? [];
  return (
    <div className={task.pad}>
      <Snapshot project={project} />
      <div className={task.two}>
        <EditSection
          title="Description" edit={edit} canEdit={!isForeign}
          actions={edit.isEditing ? <Segments label="Write or look" value={view} onChange={setView} options={[{ value: "write", label: "Write" }, { value: "read", label: "Look" }]} /> : null}
        >
          {edit.isEditing && view === "write" ? <Code label="Description" language="markdown" value={edit.value} onChange={edit.set} /> : edit.value ? <Markdown text={edit.value} /> : <p className="dim">Nobody has written what this project is about.</p>}
        </EditSection>
        <Panel title="Project">
          <Facts
            facts={[
              { name: "Tasks", value: <Link href={to.project(project.id)} className="link">{count(stats?.total_tasks ?? project.own_tasks ?? 0)}</Link> },
              { name: "Run time", value: duration(stats?.total_runtime) },
              { name: "Made", value: project.created ? <Ago at={project.created} /> : "" },
              { name: "By", value: project.user?.name ?? "" },
              { name: "Last change", value: project.last_update ? <Ago at={project.last_update} /> : "" },
              { name: "Output", value: project.default_output_destination ? <span className="mono">{project.default_output_destination}</span> : "" },
              { name: "Inside", value: inside.length ? <span>{inside.slice(0, 20).map((one) => <span key={one.id}><Link href={to.project(one.id)} className="link">{one.name?.split("/").at(-1)}</Link>{" "}</span>)}</span> : "" },
            ]}
          />
        </Panel>
      </div>
    </div>
  );
}
