import { Database } from "lucide-react";
import { Empty } from "~/design/parts";
import { to } from "~/routes";
import { useCrumbs } from "~/shell/page";
import { SpecialProjects } from "../pipelines/special-projects";

export function DatasetsPage() {
  useCrumbs([{ label: "Datasets" }]);
  return <SpecialProjects kind="dataset" hrefOf={to.dataset} empty={<Empty title="No datasets" icon={<Database size={26} strokeWidth={1.5} aria-hidden />}>`Dataset.create()` and `clearml-data` make them.</Empty>} />;
}
