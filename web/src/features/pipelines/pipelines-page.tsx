import { Workflow } from "lucide-react";
import { Empty } from "~/design/parts";
import { to } from "~/routes";
import { useCrumbs } from "~/shell/page";
import { SpecialProjects } from "./special-projects";

export function PipelinesPage() {
  useCrumbs([{ label: "Pipelines" }]);
  return <SpecialProjects kind="pipeline" hrefOf={to.pipeline} empty={<Empty title="No pipelines" icon={<Workflow size={26} strokeWidth={1.5} aria-hidden />}>`PipelineController` and the decorators of `clearml.automation` make them.</Empty>} />;
}
