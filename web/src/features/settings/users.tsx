// Everybody who has an account, for those who keep the accounts.
import { Ban, CircleCheck, KeyRound, LogOut, MoreHorizontal, Pencil, UserPlus } from "lucide-react";
import { useState } from "react";
import { useUser } from "~/app";
import { call } from "~/api/client";
import type { User } from "~/api/documents";
import { useAnswer, useChange } from "~/api/queries";
import { Button, IconButton } from "~/design/button";
import { Dialog } from "~/design/dialog";
import { SearchField, SelectField } from "~/design/field";
import { Menu, type MenuEntry } from "~/design/menu";
import { Ago, Badge, Empty, Loading, Panel, Problem } from "~/design/parts";
import { isGivenRole, ROLE_WORDS, ROLES, type GivenRole } from "./account";
import css from "./settings.module.css";
import { AddUser, NewPassword, RenameUser } from "./user-dialogs";

const ICON = { size: 14, "aria-hidden": true } as const;
const SEARCHED_FROM = 12;

function matches(user: User, search: string): boolean {
  return `${user.name} ${user.username ?? ""} ${user.id}`.toLowerCase().includes(search.trim().toLowerCase());
}

export function Users() {
  const list = useAnswer("users.get_all_ex", {}, { every: 30_000 });
  const [isAddAsked, setAddAsked] = useState(false);
  const [search, setSearch] = useState("");
  const users = list.data?.users ?? [];
  const shown = users.filter((user) => matches(user, search));
  return (
    <>
      <Panel
        title="Users" isFlush
        actions={
          <>
            {users.length >= SEARCHED_FROM ? <SearchField label="Find a user" value={search} onChange={setSearch} wait={0} width={180} data-page-search /> : null}
            <Button isSmall kind="primary" icon={<UserPlus {...ICON} />} onClick={() => setAddAsked(true)}>
              Add a user
            </Button>
          </>
        }
      >
        {list.isPending ? <Loading /> : null}
        {list.isError ? <Problem error={list.error} retry={() => void list.refetch()} /> : null}
        {list.data && shown.length === 0 ? <Empty title="Nobody matches" /> : null}
        {shown.length > 0 ? (
          <div className={css.wide} tabIndex={0} role="region" aria-label="Users">
            <table className={css.keys}>
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">Signs in as</th>
                  <th scope="col">Role</th>
                  <th scope="col">Made</th>
                  <th scope="col">
                    <span className="screen-reader">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {shown.map((user) => (
                  <Row key={user.id} user={user} />
                ))}
              </tbody>
            </table>
          </div>
        ) : null}
      </Panel>
      {isAddAsked ? <AddUser onClose={() => setAddAsked(false)} /> : null}
    </>
  );
}

type Asked = "password" | "name" | "sessions" | "disable";

function Row({ user }: { user: User }) {
  const isMe = useUser().id === user.id;
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const setRole = useChange((role: GivenRole) => call("auth.edit_user", { user: user.id, role }), { of: ["users"], done: `The role of ${user.name} is changed` });
  const setDisabled = useChange((disabled: boolean) => call("auth.edit_user", { user: user.id, disabled }), { of: ["users"], done: (_, disabled) => `${user.name} is ${disabled ? "disabled" : "enabled"}`, after: close });
  const endSessions = useChange(() => call("auth.end_sessions", { user: user.id }), { of: [], done: `${user.name} is signed out everywhere`, after: close });
  const menu = (): MenuEntry[] => [
    { label: "Change the name…", icon: <Pencil {...ICON} />, run: () => setAsked("name") },
    { label: user.username ? "New password…" : "Give a password…", icon: <KeyRound {...ICON} />, disabled: isMe ? "yours is under Profile" : user.password_is_configured ? "the configuration file has it" : undefined, run: () => setAsked("password") },
    { label: "Sign out everywhere…", icon: <LogOut {...ICON} />, disabled: isMe, run: () => setAsked("sessions") },
    "divider",
    user.disabled
      ? { label: "Enable", icon: <CircleCheck {...ICON} />, run: () => setDisabled.mutate(false) }
      : { label: "Disable…", icon: <Ban {...ICON} />, isDangerous: true, disabled: isMe, run: () => setAsked("disable") },
  ];
  return (
    <tr>
      <th scope="row">
        {user.name} {isMe ? <span className="dimmer">you</span> : null} {user.disabled ? <Badge>Disabled</Badge> : null}
      </th>
      <td>{user.username ?? <span className="dimmer">keys only</span>}</td>
      <td>
        {isMe || !isGivenRole(user.role) ? (
          (isGivenRole(user.role) ? ROLE_WORDS[user.role] : user.role)
        ) : (
          <SelectField isBare label={`Role of ${user.name}`} value={user.role} disabled={setRole.isPending} onChange={(event) => setRole.mutate(event.target.value as GivenRole)} options={ROLES.map((value) => ({ value, label: ROLE_WORDS[value] }))} />
        )}
      </td>
      <td className="dim">
        <Ago at={user.created} />
      </td>
      <td>
        <Menu label={`Actions for ${user.name}`} position="bottom-end" items={menu}>
          <IconButton label={`Actions for ${user.name}`} isSmall>
            <MoreHorizontal size={15} aria-hidden />
          </IconButton>
        </Menu>
        {asked === "password" ? <NewPassword user={user} onClose={close} /> : null}
        {asked === "name" ? <RenameUser user={user} onClose={close} /> : null}
        {asked === "sessions" ? (
          <Dialog title={`Sign ${user.name} out everywhere?`} confirm="Sign out" isDangerous busy={endSessions.isPending} onClose={close} onConfirm={() => endSessions.mutate()}>
            <p>Every browser asks for the password again. Programs with keys go on.</p>
          </Dialog>
        ) : null}
        {asked === "disable" ? (
          <Dialog title={`Disable ${user.name}?`} confirm="Disable" isDangerous busy={setDisabled.isPending} onClose={close} onConfirm={() => setDisabled.mutate(true)}>
            <p>Password and keys are refused from now on, in running programs as well. What the user made stays, and so does the account: enable it again at any time.</p>
          </Dialog>
        ) : null}
      </td>
    </tr>
  );
}
