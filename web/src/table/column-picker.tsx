// Which columns a table has: its own, and one for every metric and hyperparameter that was ever reported.
import { Columns3, RotateCcw } from "lucide-react";
import { useState } from "react";
import { Button } from "~/design/button";
import { Check, SearchField } from "~/design/field";
import { Popover } from "~/design/popover";
import { metadataId, metricId, paramId, type MetricValue } from "./filters";
import type { Look } from "./look";
import css from "./table.module.css";

export interface Offered {
  columns: readonly { id: string; label: string; isFixed?: boolean }[];
  metrics: readonly { metric: string; variant: string }[];
  params: readonly { section: string; name: string }[];
  /** Keys of models' metadata. */
  metadata?: readonly string[];
  isLoading: boolean;
}

const SHOWN_MAX = 200;
const VALUES: readonly MetricValue[] = ["last", "min", "max"];

export function ColumnPicker({ look, useOffered }: { look: Look; useOffered: (isOpen: boolean) => Offered }) {
  return (
    <Popover
      label="Columns"
      position="bottom-end"
      button={(open, toggle) => (
        <Button isSmall kind="quiet" aria-expanded={open} onClick={toggle} icon={<Columns3 size={14} aria-hidden />}>
          <span className="wide-only">Columns</span>
        </Button>
      )}
    >
      <Picker look={look} useOffered={useOffered} />
    </Popover>
  );
}

function Picker({ look, useOffered }: { look: Look; useOffered: (isOpen: boolean) => Offered }) {
  const [search, setSearch] = useState("");
  const offered = useOffered(true);
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  const toggle = (id: string) => look.setColumns(look.columns.includes(id) ? look.columns.filter((one) => one !== id) : [...look.columns, id]);
  const columns = offered.columns.filter((one) => matches(one.label));
  const metrics = offered.metrics.filter((one) => matches(`${one.metric} ${one.variant}`));
  const params = offered.params.filter((one) => matches(`${one.section}/${one.name}`));
  const metadata = (offered.metadata ?? []).filter(matches);
  return (
    <div className={css.picker}>
      <SearchField label="Find a column" value={search} onChange={setSearch} wait={0} width="100%" autoFocus />
      <div className={css.list} style={{ maxHeight: 400 }}>
        {columns.length ? <h3>Columns</h3> : null}
        {columns.map((one) => (
          <Check key={one.id} label={one.label} checked={look.columns.includes(one.id) || Boolean(one.isFixed)} disabled={one.isFixed} onChange={() => toggle(one.id)} />
        ))}
        {metrics.length ? <h3>Metrics</h3> : null}
        {metrics.slice(0, SHOWN_MAX).map((one) => (
          <div key={`${one.metric}/${one.variant}`} className={css.line}>
            <span className="cut" title={`${one.metric} / ${one.variant}`}>
              {one.metric} <span className="dimmer">/ {one.variant}</span>
            </span>
            <span className={css.values}>
              {VALUES.map((value) => {
                const id = metricId({ ...one, value });
                return (
                  <button key={value} type="button" aria-pressed={look.columns.includes(id)} aria-label={`${value} of ${one.metric} / ${one.variant}`} onClick={() => toggle(id)}>
                    {value}
                  </button>
                );
              })}
            </span>
          </div>
        ))}
        {metrics.length > SHOWN_MAX ? <p className="dimmer">{metrics.length - SHOWN_MAX} more metrics: search for them</p> : null}
        {params.length ? <h3>Hyperparameters</h3> : null}
        {params.slice(0, SHOWN_MAX).map((one) => (
          <Check key={paramId(one)} label={`${one.section}/${one.name}`} checked={look.columns.includes(paramId(one))} onChange={() => toggle(paramId(one))} />
        ))}
        {params.length > SHOWN_MAX ? <p className="dimmer">{params.length - SHOWN_MAX} more: search for them</p> : null}
        {metadata.length ? <h3>Metadata</h3> : null}
        {metadata.slice(0, SHOWN_MAX).map((key) => (
          <Check key={key} label={key} checked={look.columns.includes(metadataId(key))} onChange={() => toggle(metadataId(key))} />
        ))}
        {metadata.length > SHOWN_MAX ? <p className="dimmer">{metadata.length - SHOWN_MAX} more: search for them</p> : null}
        {offered.isLoading ? <p className="dimmer">Looking for what else there is…</p> : null}
      </div>
      <Button isSmall kind="quiet" icon={<RotateCcw size={13} aria-hidden />} disabled={!look.isOwn} onClick={look.reset}>
        As the table comes
      </Button>
    </div>
  );
}
