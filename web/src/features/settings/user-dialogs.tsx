// A new user, a new password, another name: what is asked, and what is shown once.
import { useState } from "react";
import { call } from "~/api/client";
import type { User } from "~/api/documents";
import { useChange } from "~/api/queries";
import { Button } from "~/design/button";
import { Dialog } from "~/design/dialog";
import { SelectField, TextField } from "~/design/field";
import { CodeBlock, Notice } from "~/design/parts";
import { loginProblem, madeUpPassword, PASSWORD_LENGTH_MIN, ROLE_WORDS, ROLES, type GivenRole } from "./account";
import css from "./settings.module.css";

/** What the new user is told; nobody sees the password again. */
function Told({ title, login, password, onClose }: { title: string; login: string; password: string; onClose: () => void }) {
  return (
    <Dialog title={title} onClose={onClose} foot={<Button kind="primary" onClick={onClose}>Done</Button>}>
      <Notice kind="good">The password is shown now and never again. Pass it on; it can be changed under Settings, Profile.</Notice>
      <CodeBlock label="what to pass on" text={`${location.origin}\nname: ${login}\npassword: ${password}`} />
    </Dialog>
  );
}

function LoginField({ value, onChange, ...rest }: { value: string; onChange: (value: string) => void; autoFocus?: boolean }) {
  return <TextField label="Sign-in name" value={value} onChange={(event) => onChange(event.target.value)} placeholder="jane" error={loginProblem(value)} {...rest} />;
}

function PasswordField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <div className={css.line}>
      <div className="grow">
        <TextField label="Password" isMono value={value} onChange={(event) => onChange(event.target.value)} error={value && value.length < PASSWORD_LENGTH_MIN ? `At least ${PASSWORD_LENGTH_MIN} characters.` : null} />
      </div>
      <Button onClick={() => onChange(madeUpPassword())}>Make one up</Button>
    </div>
  );
}

export function AddUser({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [login, setLogin] = useState("");
  const [role, setRole] = useState<GivenRole>("user");
  const [password, setPassword] = useState(() => madeUpPassword());
  const [refused, setRefused] = useState<string | null>(null);
  const [isMade, setMade] = useState(false);
  const add = useChange(() => call("auth.create_user", { name: name.trim(), username: login, password, role }), { of: ["users"], after: () => setMade(true), failed: (error) => setRefused(error.message) });
  if (isMade) return <Told title={`${name.trim()} can sign in`} login={login} password={password} onClose={onClose} />;
  return (
    <Dialog title="Add a user" confirm="Add" busy={add.isPending} disabled={!name.trim() || !login || loginProblem(login) !== null || password.length < PASSWORD_LENGTH_MIN} onClose={onClose} onConfirm={() => add.mutate()}>
      {refused ? <Notice kind="bad">{refused}</Notice> : null}
      <TextField label="Name" autoFocus value={name} onChange={(event) => setName(event.target.value)} placeholder="Jane Doe" />
      <LoginField value={login} onChange={setLogin} />
      <SelectField label="Role" value={role} onChange={(event) => setRole(event.target.value as GivenRole)} options={ROLES.map((value) => ({ value, label: ROLE_WORDS[value] }))} />
      <PasswordField value={password} onChange={setPassword} />
    </Dialog>
  );
}

export function NewPassword({ user, onClose }: { user: User; onClose: () => void }) {
  const [login, setLogin] = useState(user.username ?? "");
  const [password, setPassword] = useState(() => madeUpPassword());
  const [refused, setRefused] = useState<string | null>(null);
  const [isMade, setMade] = useState(false);
  const save = useChange(() => call("auth.set_password", { user: user.id, password, username: login }), { of: ["users"], after: () => setMade(true), failed: (error) => setRefused(error.message) });
  if (isMade) return <Told title={`${user.name} has a new password`} login={login} password={password} onClose={onClose} />;
  return (
    <Dialog title={`New password for ${user.name}`} confirm="Set" busy={save.isPending} disabled={!login || loginProblem(login) !== null || password.length < PASSWORD_LENGTH_MIN} onClose={onClose} onConfirm={() => save.mutate()}>
      {refused ? <Notice kind="bad">{refused}</Notice> : null}
      <p className="dim">Where the old one signed in, it is signed out.</p>
      <LoginField value={login} onChange={setLogin} autoFocus={!user.username} />
      <PasswordField value={password} onChange={setPassword} />
    </Dialog>
  );
}

export function RenameUser({ user, onClose }: { user: User; onClose: () => void }) {
  const [name, setName] = useState(user.name);
  const save = useChange(() => call("users.update", { user: user.id, name: name.trim() }), { of: ["users"], after: onClose });
  return (
    <Dialog title={`Name of ${user.name}`} confirm="Save" busy={save.isPending} disabled={!name.trim()} onClose={onClose} onConfirm={() => save.mutate()}>
      <TextField label="Name" autoFocus value={name} onChange={(event) => setName(event.target.value)} />
    </Dialog>
  );
}
