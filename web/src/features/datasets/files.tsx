// The files of a version, found by name or hash.
import { useMemo, useState } from "react";
import { Button, Segments } from "~/design/button";
import { SearchField } from "~/design/field";
import { Panel } from "~/design/parts";
import { bytes, count, plural } from "~/format";
import css from "../tasks/task.module.css";
import { shownFiles, type DatasetContent, type FileOrder } from "./content";

const AT_ONCE = 200;

export function Files({ content }: { content: DatasetContent }) {
  const [search, setSearch] = useState("");
  const [order, setOrder] = useState<FileOrder>("path");
  const [most, setMost] = useState(AT_ONCE);
  const found = useMemo(() => shownFiles(content.files, search, order), [content, search, order]);
  const { files, total } = content;
  return (
    <Panel
      title="Files" isFlush
      actions={
        <>
          <span className="dimmer">{search ? `${count(found.length)} of ${plural(files.length, "file")}` : plural(total ?? files.length, "file")}</span>
          <Segments label="Order of the files" value={order} onChange={setOrder} options={[{ value: "path", label: "By name" }, { value: "size", label: "Largest first" }]} />
          <SearchField label="Find a file or a hash" value={search} onChange={setSearch} wait={100} width={200} data-page-search />
        </>
      }
    >
      <div style={{ maxHeight: 460, overflow: "auto" }} tabIndex={0} role="region" aria-label="Files">
        <table className={css.table} aria-label="Files">
          <thead>
            <tr>
              <th scope="col">Path</th>
              <th scope="col" className={css.right}>Size</th>
              <th scope="col">Hash</th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, most).map((file) => (
              <tr key={file.path}>
                <th scope="row" className="mono" style={{ overflowWrap: "anywhere" }}>{file.path}</th>
                <td className={css.right}>{bytes(file.size)}</td>
                <td className="mono dim" title={file.hash}>{file.hash.slice(0, 12)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {found.length === 0 ? <p className="dim" style={{ padding: "10px 14px" }}>No file matches.</p> : null}
        {found.length > most ? <Button isSmall kind="quiet" onClick={() => setMost(most + 2_000)}>{count(found.length - most)} more files</Button> : null}
      </div>
      {total !== null && total > files.length ? <p className="dimmer" style={{ padding: "8px 14px" }}>The version wrote down its first {count(files.length)} of {count(total)} files.</p> : null}
    </Panel>
  );
}
