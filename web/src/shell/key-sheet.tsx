// Every key that does something on the page as it stands.
import { Dialog } from "~/design/dialog";
import { Kbd } from "~/design/button";
import { currentCommands, keysOf } from "~/keys/commands";
import { shownKeys } from "~/keys/combo";
import { to } from "~/routes";
import { Link } from "./link";
import css from "./palette.module.css";

export function KeySheet({ onClose }: { onClose: () => void }) {
  const commands = currentCommands().filter((one) => keysOf(one));
  const groups = [...new Set(commands.map((one) => one.group))];
  return (
    <Dialog
      title="Keys of this page"
      size="wide"
      onClose={onClose}
      foot={
        <Link href={to.settings("keys")} className="link" onClick={onClose}>
          Change keys, or switch single keys off
        </Link>
      }
    >
      <div className={css.sheet}>
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {commands
                .filter((one) => one.group === group)
                .map((one) => (
                  <div key={one.id}>
                    <dt>{one.label}</dt>
                    <dd style={{ flex: "none" }}>
                      <Kbd keys={shownKeys(keysOf(one) ?? "")} />
                      <span className="screen-reader">{keysOf(one)}</span>
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
