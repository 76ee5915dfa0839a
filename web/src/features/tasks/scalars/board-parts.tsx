// What the boards of plots and of samples have in common.
import { Segments } from "~/design/button";
import { Check, SearchField } from "~/design/field";
import board from "./board.module.css";

export type Size = "small" | "medium" | "large";

/// Find by name, and which metrics are shown: `away` are those that are not.
export function MetricsSide({ label, search, onSearch, metrics, away, onAway }: { label: string; search: string; onSearch: (text: string) => void; metrics: string[]; away: ReadonlySet<string>; onAway: (away: ReadonlySet<string>) => void }) {
  return (
    <aside className={board.side} aria-label="Metrics">
      <div className={board.sideHead}>
        <SearchField label={label} value={search} onChange={onSearch} wait={80} width="100%" data-page-search />
      </div>
      <div className={board.names}>
        {metrics.map((metric) => (
          <Check
            key={metric} label={metric} checked={!away.has(metric)}
            onChange={(isOn) => {
              const next = new Set(away);
              if (isOn) next.delete(metric);
              else next.add(metric);
              onAway(next);
            }}
          />
        ))}
      </div>
    </aside>
  );
}

export function SizeSegments({ label, value, onChange }: { label: string; value: Size; onChange: (size: Size) => void }) {
  return <Segments label={label} value={value} onChange={onChange} options={[{ value: "small", label: "S", name: "Small" }, { value: "medium", label: "M", name: "Medium" }, { value: "large", label: "L", name: "Large" }]} />;
}
