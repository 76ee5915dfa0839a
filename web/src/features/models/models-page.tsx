import { useCrumbs } from "~/shell/page";
import { ModelList } from "./model-list";

export function ModelsPage() {
  useCrumbs([{ label: "Models" }]);
  return (
    <div className="fill">
      <h1 className="screen-reader">Models</h1>
      <ModelList table="models" />
    </div>
  );
}
