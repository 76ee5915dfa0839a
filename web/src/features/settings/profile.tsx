// Who one is: the name, the password, where one is signed in.
import { LogOut } from "lucide-react";
import { useState } from "react";
import { useUser } from "~/app";
import { call, isWrongPassword, logIn } from "~/api/client";
import { useChange } from "~/api/queries";
import { Button, CopyButton } from "~/design/button";
import { Dialog } from "~/design/dialog";
import { TextField } from "~/design/field";
import { Facts, Panel } from "~/design/parts";
import { to } from "~/routes";
import { loginProblem, passwordProblem } from "./account";
import css from "./settings.module.css";

export function Profile() {
  const user = useUser();
  return (
    <>
      <Name />
      <Password key={user.username ?? ""} />
      <Sessions />
      <Panel title="Account">
        <Facts
          facts={[
            { name: "Workspace", value: user.company?.name ?? "" },
            { name: "Role", value: user.role ?? "" },
            { name: "User id", value: <span className="row"><span className="mono">{user.id}</span><CopyButton text={user.id} label="Copy your id" /></span> },
          ]}
        />
      </Panel>
    </>
  );
}

function Name() {
  const user = useUser();
  const [name, setName] = useState(user.name);
  const save = useChange(() => call("users.update", { user: user.id, name: name.trim() } as never), { of: ["users"], done: "Your name is changed" });
  return (
    <Panel title="Name">
      <form
        className={css.line}
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) save.mutate();
        }}
      >
        <div className="grow">
          <TextField label="Your name" value={name} onChange={(event) => setName(event.target.value)} hint="Shown with the tasks that you make." />
        </div>
        <Button type="submit" busy={save.isPending} disabled={!name.trim() || name.trim() === user.name}>
          Save name
        </Button>
      </form>
    </Panel>
  );
}

/** A new password, or the first one of somebody who has only keys. */
function Password() {
  const { username } = useUser();
  const [login, setLogin] = useState(username ?? "");
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [refused, setRefused] = useState<string | null>(null);
  const save = useChange(
    async () => {
      await call("auth.set_password", username ? { password, current_password: current } : { password, username: login });
      // The server ends every session that the old password began, this one as well.
      await logIn(login, password);
    },
    {
      of: ["users", "auth"], done: "Your password is changed",
      after: () => {
        setCurrent("");
        setPassword("");
        setAgain("");
      },
      failed: (error) => setRefused(isWrongPassword(error) ? "This is not your password." : error.message),
    },
  );
  const problem = passwordProblem(password, again);
  const edited = (set: (text: string) => void) => (event: { target: { value: string } }) => {
    setRefused(null);
    set(event.target.value);
  };
  return (
    <Panel title="Password">
      <form
        className="column"
        onSubmit={(event) => {
          event.preventDefault();
          if (!problem) save.mutate();
        }}
      >
        <TextField label="Sign-in name" value={login} onChange={edited(setLogin)} readOnly={Boolean(username)} autoComplete="username" error={loginProblem(login)} hint={username ? undefined : "You have keys only. With a name and a password you can sign in without them."} />
        {username ? <TextField label="Current password" type="password" autoComplete="current-password" value={current} onChange={edited(setCurrent)} error={refused} /> : null}
        <div className={css.pair}>
          <TextField label="New password" type="password" autoComplete="new-password" value={password} onChange={edited(setPassword)} error={username ? null : refused} />
          <TextField label="New password again" type="password" autoComplete="new-password" value={again} onChange={edited(setAgain)} error={again ? problem : null} />
        </div>
        <div className="row">
          <Button type="submit" busy={save.isPending} disabled={Boolean(problem) || !login || loginProblem(login) !== null || (Boolean(username) && !current)}>
            {username ? "Change password" : "Set password"}
          </Button>
          <span className="dimmer">Other browsers are signed out.</span>
        </div>
      </form>
    </Panel>
  );
}

function Sessions() {
  const [isAsked, setAsked] = useState(false);
  // What the page knows is the session's that has ended: the sign-in begins with nothing.
  const end = useChange(() => call("auth.end_sessions", {}), { of: [], after: () => location.assign(to.settings("profile")) });
  return (
    <Panel title="Sessions">
      <div className={css.option}>
        <div>
          Sign out everywhere<p>Every browser in which you are signed in, this one as well. Programs with your keys go on; keys are revoked under API credentials.</p>
        </div>
        <Button icon={<LogOut size={14} aria-hidden />} onClick={() => setAsked(true)}>
          Sign out everywhere
        </Button>
      </div>
      {isAsked ? (
        <Dialog title="Sign out everywhere?" confirm="Sign out" isDangerous busy={end.isPending} onClose={() => setAsked(false)} onConfirm={() => end.mutate()}>
          <p>You have to sign in again in each browser, in this one at once.</p>
        </Dialog>
      ) : null}
    </Panel>
  );
}
