// A task on a page of its own.
import { useParams as useRouteParams } from "@tanstack/react-router";
import { TASK_TABS, to, type TaskTab } from "~/routes";
import { useGo } from "~/shell/link";
import { useCrumbs } from "~/shell/page";
import { projectCrumbs } from "../projects/crumbs";
import { TaskView } from "./task-view";
import { useTask } from "./task-query";

export function TaskPage() {
  const { task: id = "", tab } = useRouteParams({ strict: false }) as { task?: string; tab?: string };
  const go = useGo();
  const task = useTask(id).data;
  useCrumbs([...(task?.project ? projectCrumbs(task.project) : [{ label: "Tasks", href: to.tasks() }]), { label: task?.name ?? "Task" }]);
  const shown: TaskTab = TASK_TABS.find((one) => one === tab) ?? "overview";
  return <TaskView key={id} id={id} tab={shown} onTab={(next) => go(to.task(id, next), { replace: true })} />;
}
