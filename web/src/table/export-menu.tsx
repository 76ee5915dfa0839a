// A table as a file for another program, written by the server: as many rows as there are.
import { Download } from "lucide-react";
import { call } from "~/api/client";
import { IconButton } from "~/design/button";
import { Menu } from "~/design/menu";
import { toast } from "~/design/toast";
import { count } from "~/format";
import type { FieldColumn } from "./free-columns";

/** More ids than that make a question too long to ask. */
const LOADED_MAX = 5_000;

export function ExportMenu<Row extends { id: string }>({ entity, columns, body, rows }: { entity: "task" | "model"; columns: readonly FieldColumn<Row>[]; body: Record<string, unknown>; rows: readonly Row[] }) {
  const mapping = columns.flatMap((column) => {
    const field = column.fields.at(0);
    return field ? [{ field, name: column.title ?? column.label }] : [];
  });
  const save = async (extra: Record<string, unknown>) => {
    const { prepare_id } = await call("organization.prepare_download_for_get_all", { ...body, ...extra, entity_type: entity, only_fields: mapping.map((one) => one.field), field_mappings: mapping } as never);
    location.assign(`/api/organization.download_for_get_all?prepare_id=${encodeURIComponent(prepare_id)}`);
  };
  const guarded = (extra: Record<string, unknown>) => () => void save(extra).catch((error: Error) => toast(error.message, { isError: true }));
  return (
    <Menu
      label="Save as CSV"
      position="bottom-end"
      items={[
        { heading: "Save as CSV, with these columns" },
        { label: `The ${count(rows.length)} rows that are loaded`, disabled: rows.length === 0, run: guarded({ id: rows.slice(0, LOADED_MAX).map((row) => row.id) }) },
        { label: "All rows of this table", run: guarded({}) },
      ]}
    >
      <IconButton label="Save as CSV" isSmall>
        <Download size={14} aria-hidden />
      </IconButton>
    </Menu>
  );
}
