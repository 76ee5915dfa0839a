// Addresses that lead nowhere, and pages that broke.
import { Compass, Unplug } from "lucide-react";
import { Button } from "~/design/button";
import { Empty } from "~/design/parts";
import { Link } from "~/shell/link";
import { useCrumbs } from "~/shell/page";
import { to } from "~/routes";

export function NotFound() {
  useCrumbs([{ label: "No such page" }]);
  return (
    <Empty title="There is no such page" icon={<Compass size={28} strokeWidth={1.5} aria-hidden />}>
      <p>The address may be mistyped, or what it named was deleted.</p>
      <Link href={to.home()} className="link">
        Home
      </Link>
    </Empty>
  );
}

/** A page that failed to draw itself; also what a new version of the server looks like to a page of the old one. */
export function Crash({ error, retry }: { error: Error; retry: () => void }) {
  const isOldVersion = /dynamically imported module|Importing a module|error loading/i.test(error.message);
  return (
    <Empty title={isOldVersion ? "The server has a new version of this page" : "This page broke"} icon={<Unplug size={28} strokeWidth={1.5} aria-hidden />}>
      {isOldVersion ? null : <p className="mono">{error.message}</p>}
      <div className="row">
        <Button kind="primary" onClick={() => location.reload()}>
          Load it anew
        </Button>
        {isOldVersion ? null : <Button onClick={retry}>Try again</Button>}
      </div>
    </Empty>
  );
}
