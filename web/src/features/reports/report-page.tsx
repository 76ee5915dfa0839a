// One report: read, and written beside how it will read.
import { useParams as useRouteParams } from "@tanstack/react-router";
import { ChartLine, FolderInput, ImagePlus, MoreHorizontal, Pencil, Printer, Tags } from "lucide-react";
import { useRef, useState } from "react";
import { call } from "~/api/client";
import type { Task } from "~/api/documents";
import { useAnswer, useChange } from "~/api/queries";
import { Button, IconButton } from "~/design/button";
import { Code } from "~/design/code/lazy";
import { Dialog } from "~/design/dialog";
import { TextField } from "~/design/field";
import { Menu } from "~/design/menu";
import { Ago, Badge, Empty, Loading, Notice, Problem, Tag } from "~/design/parts";
import { PickMany, PickOne } from "~/design/pick";
import { toast } from "~/design/toast";
import { useEdit } from "~/editing/use-edit";
import { escapePattern } from "~/format";
import { to } from "~/routes";
import { Link, useGo } from "~/shell/link";
import { useCrumbs } from "~/shell/page";
import { ProjectField, type ProjectChoice } from "../projects/project-choice";
import { useAddresses } from "../settings/addresses";
import { isArchived, isPublished } from "../tasks/actions/eligibility";
import { TagsDialog } from "../tasks/actions/tags-dialog";
import { pictureProblem, pictureText, upload } from "./pictures";
import { ReportView } from "./report-view";
import css from "./reports.module.css";
import { writeWidget, type Widget } from "./widgets";

async function readReport(id: string): Promise<Task | undefined> {
  return (await call("reports.get_all_ex", { id: [id] } as never)).tasks[0];
}

export function ReportPage() {
  const { report: id = "" } = useRouteParams({ strict: false }) as { report?: string };
  const query = useAnswer("reports.get_all_ex", { id: [id], only_fields: ["*", "user.name", "project.name"] } as never, { every: 15_000 });
  const report = query.data?.tasks[0];
  useCrumbs([{ label: "Reports", href: to.reports() }, { label: report?.name ?? "…" }]);
  if (query.isPending) return <Loading />;
  if (query.isError && !report) return <div className="page"><Problem error={query.error} retry={() => void query.refetch()} /></div>;
  if (!report) return <Empty title="There is no such report"><Link href={to.reports()} className="link">Reports</Link></Empty>;
  return <Shown key={id} report={report} reread={() => query.refetch()} />;
}

function Shown({ report, reread }: { report: Task; reread: () => Promise<unknown> }) {
  const go = useGo();
  const [asked, setAsked] = useState<"rename" | "delete" | "publish" | "insert" | "move" | "tags" | null>(null);
  const close = () => setAsked(null);
  const edit = useEdit("Report", report.report ?? "", { read: async () => (await readReport(report.id))?.report ?? "", write: (text) => call("reports.update", { task: report.id, report: text }), isCurrent: reread });
  const append = (text: string) => edit.set(`${edit.value.trimEnd()}\n\n${text}\n`.trimStart());
  const chooser = useRef<HTMLInputElement>(null);
  const pictures = usePictures(report);
  const canEdit = !isPublished(report) && report.company?.id !== "";
  const act = useChange(
    (what: "publish" | "archive" | "unarchive" | "delete") => call(`reports.${what}`, { task: report.id, ...(what === "delete" ? { force: true } : {}) } as never),
    { of: ["reports", "tasks", "projects"], done: (_, what) => `${report.name}: ${{ publish: "published", archive: "archived", unarchive: "restored", delete: "deleted" }[what]}`, after: (_, what) => { close(); if (what === "delete") go(to.reports()); } },
  );
  return (
    <article className="fill">
      <header className={css.head}>
        <h1>{report.name}</h1>
        {isPublished(report) ? <Badge>Published</Badge> : null}
        {isArchived(report) ? <Tag>archived</Tag> : null}
        {(report.tags ?? []).map((tag) => <Tag key={tag}>{tag}</Tag>)}
        <span className="dimmer">{report.user?.name}, <Ago at={report.last_update} /></span>
        <span className="row no-print">
          {edit.isEditing ? (
            <>
              <Button isSmall icon={<ChartLine size={13} aria-hidden />} onClick={() => setAsked("insert")}>Insert a chart</Button>
              <Button isSmall icon={<ImagePlus size={13} aria-hidden />} busy={pictures.isBusy} onClick={() => chooser.current?.click()}>Insert a picture</Button>
              <input
                ref={chooser} type="file" accept="image/png,image/jpeg,image/gif,image/webp" multiple hidden aria-label="Pictures"
                onChange={(event) => {
                  const files = [...(event.target.files ?? [])];
                  event.target.value = "";
                  void pictures.add(files).then((text) => text && append(text));
                }}
              />
              <Button isSmall onClick={edit.cancel}>Cancel</Button>
              <Button isSmall kind="primary" busy={edit.busy} disabled={!edit.isDirty} onClick={edit.save}>Save</Button>
            </>
          ) : canEdit ? (
            <Button isSmall kind="primary" icon={<Pencil size={13} aria-hidden />} onClick={edit.begin} data-edit>Edit</Button>
          ) : null}
          <Menu
            label={`Actions for ${report.name}`} position="bottom-end"
            items={[
              { label: "Rename…", disabled: canEdit ? undefined : "it is published", run: () => setAsked("rename") },
              { label: "Move to a project…", icon: <FolderInput size={14} aria-hidden />, disabled: canEdit ? undefined : "it is published", run: () => setAsked("move") },
              { label: "Tags…", icon: <Tags size={14} aria-hidden />, disabled: report.company?.id === "" ? "it is public" : undefined, run: () => setAsked("tags") },
              { label: "Print, or save as PDF", icon: <Printer size={14} aria-hidden />, run: () => print() },
              "divider",
              { label: "Publish…", disabled: isPublished(report) ? "it is published" : undefined, run: () => setAsked("publish") },
              isArchived(report) ? { label: "Restore", run: () => act.mutate("unarchive") } : { label: "Archive", run: () => act.mutate("archive") },
              { label: "Delete…", isDangerous: true, disabled: isArchived(report) ? undefined : "only archived reports are deleted", run: () => setAsked("delete") },
            ]}
          >
            <IconButton label={`Actions for ${report.name}`} isSmall>
              <MoreHorizontal size={15} aria-hidden />
            </IconButton>
          </Menu>
        </span>
      </header>
      {edit.theirs !== null ? <Notice kind="warn" action={<><Button isSmall onClick={edit.takeTheirs}>Take theirs</Button><Button isSmall isDangerous onClick={edit.overwrite}>Save mine over it</Button></>}>Somebody else changed this report. Yours is not saved yet.</Notice> : null}
      {edit.isEditing ? (
        <div className={css.both}>
          <div className={css.write}>
            <Code label="Text of the report" language="markdown" value={edit.value} onChange={edit.set} onSave={edit.save} onFiles={pictures.add} wraps autoFocus minHeight={300} maxHeight={2_000} />
          </div>
          <div tabIndex={0} role="region" aria-label="As it reads"><ReportView text={edit.value} /></div>
        </div>
      ) : (
        <div className="scrolls" tabIndex={0} role="region" aria-label="Report">
          {report.report?.trim() ? <ReportView text={report.report} /> : <Empty title="Nothing is written yet">{canEdit ? <Button kind="primary" onClick={edit.begin}>Write</Button> : null}</Empty>}
        </div>
      )}
      {asked === "insert" ? <InsertDialog onClose={close} onInsert={(text) => { append(text); close(); }} /> : null}
      {asked === "move" ? <MoveReport report={report} onClose={close} /> : null}
      {asked === "tags" ? <TagsDialog tasks={[report]} kind="reports" onClose={close} /> : null}
      {asked === "rename" ? <Rename report={report} onClose={close} /> : null}
      {asked === "publish" ? (
        <Dialog title={`Publish ${report.name}?`} confirm="Publish" busy={act.isPending} onClose={close} onConfirm={() => act.mutate("publish")}>
          <p>A published report is kept as it is. Its charts go on showing what there is.</p>
        </Dialog>
      ) : null}
      {asked === "delete" ? (
        <Dialog title={`Delete ${report.name}?`} confirm="Delete" isDangerous busy={act.isPending} onClose={close} onConfirm={() => act.mutate("delete")}>
          <p>It is gone then. The tasks that it shows stay.</p>
        </Dialog>
      ) : null}
    </article>
  );
}

/** Uploads pictures and tells what the text says for them. The report owns them at once: they go when it is deleted. */
function usePictures(report: Task): { add: (files: readonly File[]) => Promise<string | null>; isBusy: boolean } {
  const addresses = useAddresses();
  const [isBusy, setBusy] = useState(false);
  const add = async (files: readonly File[]) => {
    const problem = files.map(pictureProblem).find((one) => one !== null);
    if (problem || !addresses.data) {
      toast(problem ?? "The server does not answer.", { isError: true });
      return null;
    }
    setBusy(true);
    try {
      const urls = await Promise.all(files.map((file) => upload(report.id, file, addresses.data.files)));
      const known = (await readReport(report.id))?.report_assets ?? [];
      await call("reports.update", { task: report.id, report_assets: [...known, ...urls] });
      return urls.map((url, at) => pictureText(files[at]?.name ?? "", url)).join("\n\n") || null;
    } catch (error) {
      toast(`Not uploaded: ${(error as Error).message}`, { isError: true });
      return null;
    } finally {
      setBusy(false);
    }
  };
  return { add, isBusy };
}

function MoveReport({ report, onClose }: { report: Task; onClose: () => void }) {
  const [project, setProject] = useState<ProjectChoice>({ id: "", name: "" });
  const move = useChange(() => call("reports.move", { task: report.id, ...(project.id ? { project: project.id } : { project_name: project.name }) }), { of: ["reports", "tasks", "projects"], done: `${report.name} moved to ${project.name}`, after: onClose });
  return (
    <Dialog title={`Move ${report.name}`} confirm="Move" busy={move.isPending} disabled={!project.id && !project.name.trim()} onClose={onClose} onConfirm={() => move.mutate()}>
      <ProjectField label="About which project" value={project} onChange={setProject} autoFocus hint="A path that is not there yet is made: vision/detection" />
    </Dialog>
  );
}

function Rename({ report, onClose }: { report: Task; onClose: () => void }) {
  const [name, setName] = useState(report.name);
  const save = useChange(() => call("reports.update", { task: report.id, name: name.trim() }), { of: ["reports"], done: "Renamed", after: onClose });
  return (
    <Dialog title={`Rename ${report.name}`} confirm="Rename" busy={save.isPending} disabled={name.trim().length < 3} onClose={onClose} onConfirm={() => save.mutate()}>
      <TextField label="Name" autoFocus value={name} onChange={(event) => setName(event.target.value)} />
    </Dialog>
  );
}

const KINDS = [{ value: "scalar", label: "Curves" }, { value: "plot", label: "A plot" }, { value: "sample", label: "Debug samples" }, { value: "single", label: "Single values" }] as const;

function InsertDialog({ onInsert, onClose }: { onInsert: (text: string) => void; onClose: () => void }) {
  const [search, setSearch] = useState("");
  const [tasks, setTasks] = useState<string[]>([]);
  const [kind, setKind] = useState<Widget["kind"]>("scalar");
  const [metrics, setMetrics] = useState<string[]>([]);
  const found = useAnswer("tasks.get_all_ex", { ...(search.trim() ? { _any_: { pattern: escapePattern(search.trim()), fields: ["name", "id"] } } : {}), only_fields: ["id", "name", "project.name"], order_by: ["-last_update"], page: 0, page_size: 40 }, { keeps: true });
  const chosen = useAnswer("tasks.get_all_ex", { id: tasks, only_fields: ["id", "name", "project.name"] }, { enabled: tasks.length > 0, keeps: true });
  const eventType = { scalar: "training_stats_scalar", single: "training_stats_scalar", plot: "plot", sample: "training_debug_image" }[kind];
  const names = useAnswer("events.get_multi_task_metrics", { tasks, event_type: eventType } as never, { enabled: tasks.length > 0 });
  const all = [...(chosen.data?.tasks ?? []), ...(found.data?.tasks ?? [])].filter((one, index, list) => list.findIndex((other) => other.id === one.id) === index);
  return (
    <Dialog title="Insert a chart" confirm="Insert" disabled={tasks.length === 0} onClose={onClose} onConfirm={() => onInsert(writeWidget({ kind, objects: tasks, isModel: false, metrics, variants: [] }))}>
      <PickMany label="Of which tasks" autoFocus values={tasks} onChange={setTasks} onSearch={setSearch} isLoading={found.isFetching} items={all.map((one) => ({ value: one.id, label: one.name, ...(one.project?.name ? { hint: one.project.name } : {}) }))} />
      <PickOne label="What" value={kind} onChange={(value) => { setKind(KINDS.find((one) => one.value === value)?.value ?? "scalar"); setMetrics([]); }} items={KINDS.map((one) => ({ ...one }))} />
      <PickMany label="Which metrics" hint="None means all of them" values={metrics} onChange={setMetrics} isLoading={names.isFetching} items={(names.data?.metrics ?? []).map((one) => ({ value: one.metric, label: one.metric }))} />
    </Dialog>
  );
}
