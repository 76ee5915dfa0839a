// The reader's own page.
import { useParams as useRouteParams } from "@tanstack/react-router";
import { HardDrive, Info, Keyboard, KeyRound, SlidersHorizontal, UserRound, UsersRound } from "lucide-react";
import { useUser } from "~/app";
import { Link } from "~/shell/link";
import { useCrumbs } from "~/shell/page";
import { SETTINGS, to, type SettingsSection } from "~/routes";
import { NotFound } from "../session/not-found";
import { About } from "./about";
import { Credentials } from "./credentials";
import { Keys } from "./keys";
import { Profile } from "./profile";
import { StorageSettings } from "./storage";
import { Interface } from "./interface";
import { isAdministrator } from "./account";
import { Users } from "./users";
import css from "./settings.module.css";

const ICON = { size: 15, strokeWidth: 1.75, "aria-hidden": true } as const;
const NAMES: Record<SettingsSection, string> = { profile: "Profile", credentials: "API credentials", ui: "Interface", keys: "Keyboard", users: "Users", storage: "Storage", about: "About" };
const ICONS: Record<SettingsSection, React.ReactNode> = {
  profile: <UserRound {...ICON} />, credentials: <KeyRound {...ICON} />, ui: <SlidersHorizontal {...ICON} />, keys: <Keyboard {...ICON} />, users: <UsersRound {...ICON} />, storage: <HardDrive {...ICON} />, about: <Info {...ICON} />,
};

export function SettingsPage() {
  const { section } = useRouteParams({ strict: false }) as { section?: string };
  const user = useUser();
  const offered = SETTINGS.filter((one) => one !== "users" || isAdministrator(user));
  const shown = offered.find((one) => one === section);
  useCrumbs([{ label: "Settings" }, shown && { label: NAMES[shown] }]);
  if (!shown) return <NotFound />;
  return (
    <div className={css.page}>
      <nav aria-label="Settings">
        {offered.map((one) => (
          <Link key={one} href={to.settings(one)} {...(one === shown ? { "aria-current": "page" as const } : {})}>
            {ICONS[one]}
            {NAMES[one]}
          </Link>
        ))}
      </nav>
      <div className={css.sections}>
        <h1>{NAMES[shown]}</h1>
        {shown === "profile" ? <Profile /> : null}
        {shown === "credentials" ? <Credentials /> : null}
        {shown === "ui" ? <Interface /> : null}
        {shown === "keys" ? <Keys /> : null}
        {shown === "users" ? <Users /> : null}
        {shown === "storage" ? <StorageSettings /> : null}
        {shown === "about" ? <About /> : null}
      </div>
    </div>
  );
}
