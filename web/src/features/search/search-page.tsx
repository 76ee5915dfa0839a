// Everything that a text means, by kind.
import { Search } from "lucide-react";
import { useEffect } from "react";
import { useAnswer } from "~/api/queries";
import { SearchField } from "~/design/field";
import { Badge, Empty, Loading, Panel } from "~/design/parts";
import { StatusIcon } from "~/design/status";
import { count, escapePattern } from "~/format";
import { useParams } from "~/shell/address";
import { Link } from "~/shell/link";
import { useCrumbs } from "~/shell/page";
import { to } from "~/routes";
import { useFound } from "./find";

const SHOWN = 20;

export function SearchPage() {
  const [params, setParams] = useParams();
  const text = params.q ?? "";
  useCrumbs([{ label: text ? `Search: ${text}` : "Search" }]);
  const found = useFound(text.trim(), SHOWN);
  const pattern = { _any_: { pattern: escapePattern(text.trim()), fields: ["name", "id"] } };
  const counts = useAnswer("organization.get_entities_count", { tasks: pattern, projects: pattern, models: pattern } as never, { enabled: text.trim() !== "", keeps: true }).data;
  const groups = [...new Set(found.items.map((one) => one.group))];
  const total: Record<string, number | undefined> = { Tasks: counts?.tasks, Projects: counts?.projects, Models: counts?.models };
  useEffect(() => document.querySelector<HTMLInputElement>("[data-page-search]")?.focus(), []);
  return (
    <div className="page" style={{ maxWidth: 980, margin: "0 auto" }}>
      <h1>Search</h1>
      <SearchField label="Search everything" placeholder="Names and ids; #tag; @user" value={text} onChange={(q) => setParams({ q })} width="100%" data-page-search />
      {found.isLoading && found.items.length === 0 ? <Loading what="Searching…" /> : null}
      {!text.trim() ? <Empty title="What are you looking for?" icon={<Search size={26} strokeWidth={1.5} aria-hidden />}>Projects, tasks, models, datasets, pipelines, reports, queues and workers.</Empty> : null}
      {text.trim() && !found.isLoading && found.items.length === 0 ? <Empty title="Nothing is called that" icon={<Search size={26} strokeWidth={1.5} aria-hidden />} /> : null}
      {groups.map((group) => {
        const items = found.items.filter((one) => one.group === group);
        return (
          <Panel
            key={group}
            title={<>{group} <Badge>{count(total[group] ?? items.length)}</Badge></>}
            isFlush
            actions={group === "Tasks" && (total.Tasks ?? 0) > items.length ? <Link href={to.tasks(`q=${encodeURIComponent(text.trim())}`)} className="link" style={{ paddingRight: 8 }}>All in the table</Link> : null}
          >
            <ul>
              {items.map((one) => (
                <li key={one.id} className="row" style={{ padding: "6px 14px", borderBottom: "1px solid var(--line)", fontSize: 12 }}>
                  {one.status ? <StatusIcon status={one.status} /> : null}
                  <Link href={one.href} className="link cut">{one.name}</Link>
                  {one.hint ? <span className="dimmer cut">{one.hint}</span> : null}
                </li>
              ))}
            </ul>
          </Panel>
        );
      })}
    </div>
  );
}
