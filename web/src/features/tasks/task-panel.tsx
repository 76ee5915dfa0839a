// A task beside the list that it is in.
import { TASK_TABS, type TaskTab } from "~/routes";
import { useParams } from "~/shell/address";
import { TaskView } from "./task-view";

export function TaskPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const [params, setParams] = useParams();
  const tab: TaskTab = TASK_TABS.find((one) => one === params.tab) ?? "overview";
  return <TaskView id={id} tab={tab} onTab={(next) => setParams({ tab: next === "overview" ? undefined : next })} panel={{ onClose }} />;
}
