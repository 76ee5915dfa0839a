// What uses the disk, what the server still has to delete, and what it could not.
import { useAnswer } from "~/api/queries";
import { Empty, Facts, Loading, Panel, Problem } from "~/design/parts";
import { count } from "~/format";
import css from "./settings.module.css";
import { StorageUsage } from "./storage-usage";

export function StorageSettings() {
  return (
    <>
      <StorageUsage />
      <Deletion />
    </>
  );
}

function Deletion() {
  const state = useAnswer("organization.get_deletion_status", {}, { every: 5_000 });
  if (state.isPending) return <Loading />;
  if (state.isError) return <Problem error={state.error} retry={() => void state.refetch()} />;
  const { waiting, failed } = state.data;
  return (
    <Panel title="Deletion of files">
      <Facts facts={[{ name: "Files waiting to be deleted", value: count(waiting) }, { name: "Could not be deleted", value: count(failed.length) }]} />
      {failed.length === 0 ? (
        waiting === 0 ? <Empty title="Nothing is left behind" /> : null
      ) : (
        <table className={css.keys}>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col">Tried</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {failed.map((one) => (
              <tr key={one.url}>
                <td className="mono">{one.url}</td>
                <td>{one.attempts}</td>
                <td>{one.error}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
