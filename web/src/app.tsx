// Who is signed in, and the frame around every page.
import { useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState, type ReactNode } from "react";
import { isAway, isSignedOut, logOut } from "./api/client";
import type { User } from "./api/documents";
import { useAnswer } from "./api/queries";
import { Loading, Problem } from "./design/parts";
import { applyDensity, applyTheme, storedDensity, storedTheme } from "./design/theme";
import { LoginDialog, LoginPage } from "./features/session/login";
import { setKeySettings } from "./keys/commands";
import { usePreferences } from "./preferences/preferences";
import { unsaved } from "./editing/dirty";
import { LeaveDialog, LeaveGuard } from "./editing/leave-guard";
import { Frame } from "./shell/frame";

const UserContext = createContext<User | null>(null);

/** Who is signed in. */
export function useUser(): User {
  const user = useContext(UserContext);
  if (!user) throw new Error("there is no user here");
  return user;
}

export function App({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [isExpired, setExpired] = useState(false);
  const [left, setLeft] = useState(0);
  const [isLeaving, setLeaving] = useState(false);
  const me = useAnswer("users.get_current_user", {}, { fresh: 60_000, every: 300_000 });
  useEffect(
    () =>
      // A session that ended is noticed by whatever asks next. The page stays as it is below the question who one is, so that
      // nothing that was typed is lost.
      client.getQueryCache().subscribe((event) => {
        if (event.type === "updated" && event.action.type === "error" && isSignedOut(event.action.error)) setExpired(true);
        // One signed in again, here or in another tab.
        if (event.type === "updated" && event.action.type === "success" && event.query.queryKey[0] === "users.get_current_user") setExpired(false);
      }),
    [client],
  );
  useEffect(
    () =>
      client.getMutationCache().subscribe((event) => {
        if (event.type === "updated" && event.action.type === "error" && isSignedOut(event.action.error)) setExpired(true);
      }),
    [client],
  );
  const signedIn = () => {
    setExpired(false);
    void client.invalidateQueries();
  };
  if (me.isPending && !(me.failureReason && isAway(me.failureReason))) return <Loading />;
  if (!me.data) {
    const problem = me.error ?? me.failureReason;
    if (problem && !isSignedOut(problem)) return <div className="page"><Problem error={problem} retry={() => void me.refetch()} /></div>;
    return <LoginPage key={left} onDone={() => { setExpired(false); void client.resetQueries(); }} />;
  }
  const leave = () => {
    setLeaving(false);
    void logOut().catch(() => undefined).then(() => {
      setLeft(left + 1);
      client.clear();
      return client.resetQueries();
    });
  };
  const signOut = () => (unsaved().length > 0 ? setLeaving(true) : leave());
  return (
    <UserContext value={me.data.user}>
      <Kept />
      <LeaveGuard />
      <Frame user={me.data.user} onSignOut={signOut}>
        {children}
      </Frame>
      {isExpired ? <LoginDialog onDone={signedIn} onLeave={signOut} /> : null}
      {isLeaving ? <LeaveDialog onStay={() => setLeaving(false)} onLeave={leave} /> : null}
    </UserContext>
  );
}

/** What the user prefers comes from the server, once it is there: colours, row height and keys of another browser. */
function Kept() {
  const { theme, density, singleKeys, ownKeys } = usePreferences();
  useEffect(() => {
    if (theme && theme !== storedTheme()) applyTheme(theme);
  }, [theme]);
  useEffect(() => {
    if (density && density !== storedDensity()) applyDensity(density);
  }, [density]);
  useEffect(() => {
    const own = Object.fromEntries(Object.entries(ownKeys ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
    setKeySettings({ singleKeys: singleKeys ?? true, own });
  }, [singleKeys, ownKeys]);
  return null;
}
