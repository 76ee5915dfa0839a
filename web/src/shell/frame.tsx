// The frame around every page: where one can go, where one is, how it is with the server.
import {
  Box, ChartLine, ChevronRight, CircleCheck, CircleAlert, FileText, FolderTree, Database, HelpCircle, House, Keyboard, LayoutList, LogOut, Menu as MenuIcon, Monitor, Moon, PanelLeft, Rocket, Search, Server, Settings, Sun, Workflow, X, Layers,
} from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import type { User } from "~/api/documents";
import { later, nothing } from "~/design/later";
import { Button, IconButton, Kbd } from "~/design/button";
import { Drawer } from "~/design/dialog";
import { Menu } from "~/design/menu";
import { Avatar } from "~/design/parts";
import { applyTheme, useShownTheme, useTheme, type Theme } from "~/design/theme";
import { dismiss, useToasts } from "~/design/toast";
import { useCommands, useKeyListener } from "~/keys/commands";
import { shownKeys } from "~/keys/combo";
import { useConnection } from "~/live/connection";
import { usePreferences, useSetPreferences } from "~/preferences/preferences";
import { to } from "~/routes";
import { usePath } from "./address";
import css from "./frame.module.css";
import { Link, useGo } from "./link";
import { useShownCrumbs } from "./page";
import { Palette } from "./palette";

const KeySheet = later(() => import("./key-sheet").then((module) => module.KeySheet), nothing);

interface PlaceEntry {
  label: string;
  href: string;
  icon: ReactNode;
  keys?: string;
  also?: readonly string[];
}

const ICON = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;

const PLACES: readonly (PlaceEntry | { group: string })[] = [
  { label: "Home", href: to.home(), icon: <House {...ICON} />, keys: "g h" },
  { group: "Experiments" },
  { label: "Projects", href: to.projects(), icon: <FolderTree {...ICON} />, keys: "g p", also: ["/p/"] },
  { label: "Tasks", href: to.tasks(), icon: <LayoutList {...ICON} />, keys: "g t", also: ["/t/"] },
  { label: "Models", href: to.models(), icon: <Box {...ICON} />, keys: "g m" },
  { label: "Datasets", href: to.datasets(), icon: <Database {...ICON} />, keys: "g d" },
  { label: "Pipelines", href: to.pipelines(), icon: <Workflow {...ICON} />, keys: "g l" },
  { label: "Reports", href: to.reports(), icon: <FileText {...ICON} />, keys: "g r" },
  { label: "Compare", href: "/compare/details", icon: <ChartLine {...ICON} />, keys: "g c", also: ["/compare"] },
  { group: "Machines" },
  { label: "Queues", href: to.queues(), icon: <Layers {...ICON} />, keys: "g q" },
  { label: "Workers", href: to.workers(), icon: <Server {...ICON} />, keys: "g w" },
];

function isHere(path: string, place: PlaceEntry): boolean {
  if (place.href === "/") return path === "/";
  return path === place.href || path.startsWith(`${place.href}/`) || (place.also ?? []).some((prefix) => path.startsWith(prefix));
}

function Places({ onGo }: { onGo?: () => void }) {
  const path = usePath();
  return (
    <>
      {PLACES.map((place, index) =>
        "group" in place ? (
          <div key={index} className={css.group}>
            {place.group}
          </div>
        ) : (
          <Link key={place.href} href={place.href} className={css.place} title={place.label} {...(onGo ? { onClick: onGo } : {})} {...(isHere(path, place) ? { "aria-current": "page" as const } : {})}>
            {place.icon}
            <span className={css.word}>{place.label}</span>
          </Link>
        ),
      )}
    </>
  );
}

function Brand() {
  return (
    <Link href={to.home()} className={css.brand} aria-label="JARVIS, home">
      <img src="/icon.svg" alt="" />
      <span className={css.word}>JARVIS</span>
    </Link>
  );
}

function Crumbs() {
  const crumbs = useShownCrumbs();
  return (
    <nav aria-label="Where you are" className="grow" style={{ overflow: "hidden" }}>
      <ol className={css.crumbs}>
        {crumbs.map((crumb, index) => (
          <li key={index}>
            {index > 0 ? <ChevronRight size={13} aria-hidden /> : null}
            {crumb.href && index < crumbs.length - 1 ? (
              <Link href={crumb.href} title={crumb.label}>
                {crumb.label}
              </Link>
            ) : (
              <span title={crumb.label} {...(index === crumbs.length - 1 ? { "aria-current": "page" as const } : {})}>
                {crumb.label}
              </span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Live() {
  const state = useConnection();
  const word = { live: "Live", polling: "Every few seconds", away: "Not connected" }[state];
  const title = {
    live: "The server tells what changes as it happens",
    polling: "The page asks the server every few seconds",
    away: "The server does not answer; the page tries again by itself",
  }[state];
  return (
    <span className={css.live} title={title} role="status">
      <span className={css.dot} data-state={state} aria-hidden />
      <span className="wide-only">{word}</span>
    </span>
  );
}

function UserMenu({ user, onSignOut }: { user: User; onSignOut: () => void }) {
  const theme = useTheme();
  const shown = useShownTheme();
  const go = useGo();
  const setPreferences = useSetPreferences();
  const choose = (next: Theme) => {
    applyTheme(next);
    setPreferences({ theme: next });
  };
  return (
    <Menu
      label="You"
      position="bottom-end"
      items={[
        { heading: user.company?.name ? `${user.name}, ${user.company.name}` : user.name },
        { label: "Settings", icon: <Settings {...ICON} />, keys: shownKeys("g s"), run: () => go(to.settings()) },
        { label: "First steps", icon: <Rocket {...ICON} />, run: () => go(to.welcome()) },
        "divider",
        { heading: "Colours" },
        { label: "As the system", icon: <Monitor {...ICON} />, isChecked: theme === "system", run: () => choose("system") },
        { label: "Light", icon: <Sun {...ICON} />, isChecked: theme === "light", run: () => choose("light") },
        { label: "Dark", icon: <Moon {...ICON} />, isChecked: theme === "dark", run: () => choose("dark") },
        "divider",
        { label: "Sign out", icon: <LogOut {...ICON} />, run: onSignOut },
      ]}
    >
      <button type="button" aria-label={`You: ${user.name} (${shown} colours)`} style={{ borderRadius: "50%", display: "grid", padding: 4 }}>
        <Avatar name={user.name} />
      </button>
    </Menu>
  );
}

function Toasts() {
  const toasts = useToasts();
  return (
    <div className={css.toasts} role="status" aria-live="polite" aria-label="Messages">
      {toasts.map((one) => (
        <div key={one.id} className={css.toast} {...(one.isError ? { "data-error": true } : {})}>
          {one.isError ? <CircleAlert size={15} aria-hidden /> : <CircleCheck size={15} aria-hidden />}
          <div>
            {one.text}
            {one.detail ? <div className="dimmer mono">{one.detail}</div> : null}
          </div>
          {one.undo ? (
            <Button
              isSmall
              onClick={() => {
                dismiss(one.id);
                one.undo?.();
              }}
            >
              Undo
            </Button>
          ) : null}
          <IconButton label="Close" isSmall onClick={() => dismiss(one.id)}>
            <X size={13} aria-hidden />
          </IconButton>
        </div>
      ))}
    </div>
  );
}

export function Frame({ user, onSignOut, children }: { user: User; onSignOut: () => void; children: ReactNode }) {
  const go = useGo();
  const path = usePath();
  const main = useRef<HTMLElement>(null);
  const shownTheme = useShownTheme();
  const { navCollapsed = false } = usePreferences();
  const setPreferences = useSetPreferences();
  const [over, setOver] = useState<"palette" | "keys" | "nav" | null>(null);
  const connection = useConnection();
  useKeyListener();
  useEffect(() => {
    // A new page is read from its start, also by those who hear it.
    main.current?.focus({ preventScroll: true });
  }, [path]);
  useCommands([
    { id: "palette", label: "Search and commands", group: "Anywhere", keys: "mod+k", inFields: true, isKeyOnly: true, run: () => setOver("palette") },
    { id: "sheet", label: "Keys of this page", group: "Anywhere", keys: "?", icon: <Keyboard {...ICON} />, run: () => setOver("keys") },
    ...PLACES.filter((place) => "href" in place).map((place) => ({
      id: `go:${place.href}`, label: `Go to ${place.label}`, group: "Go to", icon: place.icon, ...(place.keys ? { keys: place.keys } : {}), run: () => go(place.href),
    })),
    { id: "go:settings", label: "Go to Settings", group: "Go to", keys: "g s", icon: <Settings {...ICON} />, run: () => go(to.settings()) },
    { id: "go:keys", label: "Go to your API credentials", group: "Go to", icon: <Settings {...ICON} />, run: () => go(to.settings("credentials")) },
    { id: "go:welcome", label: "Go to First steps", group: "Go to", icon: <Rocket {...ICON} />, run: () => go(to.welcome()) },
    {
      id: "theme", label: shownTheme === "dark" ? "Light colours" : "Dark colours", group: "Anywhere", icon: shownTheme === "dark" ? <Sun {...ICON} /> : <Moon {...ICON} />,
      run: () => {
        const next = shownTheme === "dark" ? "light" : "dark";
        applyTheme(next);
        setPreferences({ theme: next });
      },
    },
    { id: "nav", label: navCollapsed ? "Widen the side bar" : "Narrow the side bar", group: "Anywhere", keys: "mod+b", icon: <PanelLeft {...ICON} />, run: () => setPreferences({ navCollapsed: !navCollapsed }) },
    { id: "sign-out", label: "Sign out", group: "Anywhere", icon: <LogOut {...ICON} />, run: onSignOut },
  ]);
  return (
    <div className={css.frame} {...(navCollapsed ? { "data-narrow": true } : {})}>
      <a href="#main" className={css.skip} onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>
        To the page
      </a>
      <nav className={css.nav} aria-label="Main">
        <Brand />
        <Places />
        <span className="grow" />
        <button type="button" className={css.place} onClick={() => setPreferences({ navCollapsed: !navCollapsed })} title={navCollapsed ? "Widen the side bar" : "Narrow the side bar"}>
          <PanelLeft {...ICON} />
          <span className={css.word}>Narrow</span>
        </button>
      </nav>
      <header className={css.top}>
        <span className={css.menu}>
          <IconButton label="Menu" onClick={() => setOver("nav")}>
            <MenuIcon size={17} aria-hidden />
          </IconButton>
        </span>
        <Crumbs />
        <button type="button" className={css.find} onClick={() => setOver("palette")}>
          <Search size={14} aria-hidden />
          <span>Search or do anything</span>
          <span>
            <Kbd keys={shownKeys("mod+k")} />
          </span>
        </button>
        <Live />
        <span className="wide-only">
          <IconButton label="Keys of this page" keys="?" onClick={() => setOver("keys")}>
            <HelpCircle size={16} strokeWidth={1.75} aria-hidden />
          </IconButton>
        </span>
        <UserMenu user={user} onSignOut={onSignOut} />
      </header>
      <main className={css.main} ref={main} id="main" tabIndex={-1}>
        {children}
      </main>
      <Toasts />
      {connection === "away" ? (
        <div className={css.banner} role="alert">
          <CircleAlert size={15} aria-hidden /> The server does not answer. Trying again…
        </div>
      ) : null}
      {over === "nav" ? (
        <Drawer title="Main" side="left" onClose={() => setOver(null)}>
          <nav className={css.nav} aria-label="Main" style={{ flex: 1, border: 0 }}>
            <Brand />
            <Places onGo={() => setOver(null)} />
          </nav>
        </Drawer>
      ) : null}
      {over === "palette" ? <Palette onClose={() => setOver(null)} /> : null}
      {over === "keys" ? <KeySheet onClose={() => setOver(null)} /> : null}
    </div>
  );
}
