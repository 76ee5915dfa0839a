// API key pairs: made, shown once, labelled, revoked.
import { KeyRound, Trash2 } from "lucide-react";
import { useState } from "react";
import { call } from "~/api/client";
import type { Credential } from "~/api/documents";
import { useAnswer, useChange } from "~/api/queries";
import { Button, IconButton } from "~/design/button";
import { Dialog } from "~/design/dialog";
import { SelectField, TextField } from "~/design/field";
import { useNow } from "~/design/now";
import { Ago, Badge, CodeBlock, Empty, Loading, Notice, Panel, Problem } from "~/design/parts";
import { moment, span } from "~/format";
import { useAddresses } from "./addresses";
import { clientConfig } from "./client-config";
import css from "./settings.module.css";

export interface NewKey {
  access_key: string;
  secret_key: string;
}

export function useCreateKey(onMade: (key: NewKey) => void) {
  return useChange(({ label, seconds }: { label: string; seconds?: number }) => call("auth.create_credentials", { ...(label.trim() ? { label: label.trim() } : {}), ...(seconds ? { expiration_sec: seconds } : {}) }), { of: ["auth"], after: (answer) => onMade(answer.credentials) });
}

/** The only time that the secret is seen: as the configuration a client wants. */
export function NewKeyShown({ made }: { made: NewKey }) {
  const addresses = useAddresses();
  if (!addresses.data) return <Loading />;
  return (
    <div className="column">
      <Notice kind="good">
        The secret is shown now and never again. Keep this as <code>~/jarvis.conf</code> (or <code>~/clearml.conf</code>) where your code or your agent runs.
      </Notice>
      <CodeBlock label="client configuration" text={clientConfig(addresses.data, made.access_key, made.secret_key)} />
    </div>
  );
}

const LIVES = [{ value: "", label: "never" }, ...[1, 7, 30, 90, 365].map((days) => ({ value: String(days), label: days === 1 ? "in a day" : `in ${days} days` }))];

/** When a key ends, or that it has. */
function Until({ at }: { at: string }) {
  const now = useNow();
  return Date.parse(at) <= now ? <Badge>Ended</Badge> : <time dateTime={at} title={moment(at)}>in {span((Date.parse(at) - now) / 1000)}</time>;
}

export function Credentials() {
  const keys = useAnswer("auth.get_credentials", {});
  const [label, setLabel] = useState("");
  const [days, setDays] = useState("");
  const [made, setMade] = useState<NewKey | null>(null);
  const create = useCreateKey((key) => {
    setMade(key);
    setLabel("");
  });
  return (
    <>
      <Panel title="New key pair">
        <div className="column">
          <form
            className="row"
            style={{ alignItems: "flex-end" }}
            onSubmit={(event) => {
              event.preventDefault();
              create.mutate({ label, seconds: Number(days) * 86_400 });
            }}
          >
            <div className="grow">
              <TextField label="Label of the new key" placeholder="laptop, CI, agent on gpu-3…" value={label} onChange={(event) => setLabel(event.target.value)} />
            </div>
            <SelectField label="Ends" value={days} onChange={(event) => setDays(event.target.value)} options={LIVES} />
            <Button type="submit" kind="primary" icon={<KeyRound size={14} aria-hidden />} busy={create.isPending}>
              Create credentials
            </Button>
          </form>
          {made ? <NewKeyShown key={made.access_key} made={made} /> : null}
        </div>
      </Panel>
      <Panel title="Your keys">
        {keys.isPending ? <Loading /> : null}
        {keys.isError ? <Problem error={keys.error} retry={() => void keys.refetch()} /> : null}
        {keys.data?.credentials.length === 0 ? <Empty title="You have no keys" /> : null}
        {keys.data && keys.data.credentials.length > 0 ? (
          <table className={css.keys}>
            <thead>
              <tr>
                <th scope="col">Label</th>
                <th scope="col">Access key</th>
                <th scope="col">Last used</th>
                <th scope="col">Ends</th>
                <th scope="col">
                  <span className="screen-reader">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {keys.data.credentials.map((one) => (
                <Key key={one.access_key} credential={one} />
              ))}
            </tbody>
          </table>
        ) : null}
      </Panel>
    </>
  );
}

function Key({ credential }: { credential: Credential }) {
  const { access_key, last_used, last_used_from, expires } = credential;
  const [label, setLabel] = useState(credential.label ?? "");
  const [isAsked, setAsked] = useState(false);
  const rename = useChange(() => call("auth.edit_credentials", { access_key, label }), { of: ["auth"], done: "Label saved" });
  const revoke = useChange(() => call("auth.revoke_credentials", { access_key }), { of: ["auth"], done: "The key is revoked", after: () => setAsked(false) });
  const name = credential.label || access_key;
  return (
    <tr>
      <td>
        <TextField
          isBare
          label={`Label of ${access_key}`}
          placeholder="no label"
          value={label}
          onChange={(event) => setLabel(event.target.value)}
          onBlur={() => label !== (credential.label ?? "") && rename.mutate()}
          onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
        />
      </td>
      <td className="mono">{access_key}</td>
      <td className="dim">
        {last_used ? <Ago at={last_used} /> : "never"}
        {last_used_from ? ` from ${last_used_from}` : ""}
      </td>
      <td className="dim">{expires ? <Until at={expires} /> : "never"}</td>
      <td>
        <IconButton label={`Revoke ${name}`} isDangerous isSmall onClick={() => setAsked(true)}>
          <Trash2 size={14} aria-hidden />
        </IconButton>
        {isAsked ? (
          <Dialog title={`Revoke ${name}?`} confirm="Revoke" isDangerous busy={revoke.isPending} onClose={() => setAsked(false)} onConfirm={() => revoke.mutate()}>
            <p>Whatever uses this key is refused from now on: scripts, notebooks, agents. This cannot be undone.</p>
          </Dialog>
        ) : null}
      </td>
    </tr>
  );
}
