import { useState } from "react";
import { useUser } from "~/app";
import { call } from "~/api/client";
import { useChange } from "~/api/queries";
import { Button, CopyButton } from "~/design/button";
import { TextField } from "~/design/field";
import { Facts, Panel } from "~/design/parts";

export function Profile() {
  const user = useUser();
  const [name, setName] = useState(user.name);
  const save = useChange(() => call("users.update", { user: user.id, name: name.trim() } as never), { of: ["users"], done: "Your name is changed" });
  return (
    <>
      <Panel title="Name">
        <form
          className="row"
          style={{ alignItems: "flex-end" }}
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim()) save.mutate();
          }}
        >
          <div className="grow">
            <TextField label="Your name" value={name} onChange={(event) => setName(event.target.value)} hint="Shown with the tasks that you make." />
          </div>
          <Button type="submit" busy={save.isPending} disabled={!name.trim() || name.trim() === user.name} style={{ marginBottom: 20 }}>
            Save name
          </Button>
        </form>
      </Panel>
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
