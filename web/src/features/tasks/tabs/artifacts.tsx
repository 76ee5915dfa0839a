// What the task made: artifacts and models.
import { useQuery } from "@tanstack/react-query";
import { call } from "../../../api";
import { Empty } from "../../../design/parts";
import { bytes } from "../../../format";
import type { Task } from "../../../types";

interface Model {
  id: string;
  name: string;
  uri?: string;
  framework?: string;
  ready?: boolean;
}

/** Only what a browser can fetch is a link. */
function Place({ uri }: { uri?: string | undefined }) {
  if (!uri) return <span className="dim">kept in the task</span>;
  return /^https?:/.test(uri) ? (
    <a href={uri} target="_blank" rel="noreferrer">
      {uri}
    </a>
  ) : (
    <span className="mono">{uri}</span>
  );
}

export function Artifacts({ task }: { task: Task }) {
  const artifacts = task.execution?.artifacts ?? [];
  const models = useQuery({
    queryKey: ["models", task.id],
    queryFn: ({ signal }) => call<{ models: Model[] }>("models.get_all", { task: [task.id] }, signal),
  });
  const made = models.data?.models ?? [];
  if (artifacts.length === 0 && made.length === 0 && !models.isPending)
    return <Empty title="No artifacts.">`task.upload_artifact()` and saved models appear here.</Empty>;
  return (
    <>
      {made.length > 0 ? (
        <section>
          <h2>Models</h2>
          <table>
            <tbody>
              {made.map((model) => (
                <tr key={model.id}>
                  <th scope="row">{model.name}</th>
                  <td className="dim">{model.framework ?? ""}</td>
                  <td>
                    <Place uri={model.uri} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
      {artifacts.length > 0 ? (
        <section>
          <h2>Artifacts</h2>
          <table>
            <tbody>
              {artifacts.map((artifact) => (
                <tr key={artifact.key + (artifact.mode ?? "")}>
                  <th scope="row">{artifact.key}</th>
                  <td className="dim">{artifact.type ?? ""}</td>
                  <td className="right">{bytes(artifact.content_size)}</td>
                  <td>
                    <Place uri={artifact.uri} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </>
  );
}
