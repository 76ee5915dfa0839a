// API key pairs: made, shown once, labelled, revoked.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api";
import { CopyBlock } from "../../design/copy";
import { Dialog, Empty, Loading, Problem } from "../../design/parts";
import { toast } from "../../design/toast";
import { ago } from "../../format";
import { type Addresses, clientConfig, reached } from "./client-config";

interface Key {
  access_key: string;
  label?: string;
  last_used?: string;
  last_used_from?: string;
}
export interface NewKey {
  access_key: string;
  secret_key: string;
  label: string;
}

export function useAddresses(): Addresses | undefined {
  const query = useQuery({
    queryKey: ["addresses"],
    queryFn: async ({ signal }) => (await (await fetch("/addresses.json", { signal })).json()) as Addresses,
    staleTime: Infinity,
  });
  return query.data && reached(query.data, location.hostname);
}

export function useCreateKey(onDone: (key: NewKey) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (label: string) => call<{ credentials: NewKey }>("auth.create_credentials", { label }),
    onSuccess: async ({ credentials }) => {
      onDone(credentials);
      await client.invalidateQueries({ queryKey: ["credentials"] });
    },
    onError: (error) => toast(error.message, true),
  });
}

/** The one time that a secret is shown: as the file that programs and agents read. */
export function NewKeyShown({ made }: { made: NewKey }) {
  const addresses = useAddresses();
  return (
    <>
      <p>
        This is <code>~/jarvis.conf</code> for the machine that should use the key. The secret is shown <b>only now</b>: the server keeps no copy of it.
      </p>
      {addresses ? <CopyBlock label="client configuration" text={clientConfig(addresses, made.access_key, made.secret_key)} /> : <Loading />}
    </>
  );
}

export function Credentials() {
  const client = useQueryClient();
  const [label, setLabel] = useState("");
  const [made, setMade] = useState<NewKey | null>(null);
  const [revoked, setRevoked] = useState<Key | null>(null);
  const keys = useQuery({
    queryKey: ["credentials"],
    queryFn: ({ signal }) => call<{ credentials: Key[] }>("auth.get_credentials", {}, signal),
  });
  const create = useCreateKey((key) => {
    setMade(key);
    setLabel("");
  });
  const change = useMutation({
    mutationFn: ({ action, body }: { action: string; body: object }) => call(action, body),
    onSuccess: () => {
      setRevoked(null);
      return client.invalidateQueries({ queryKey: ["credentials"] });
    },
    onError: (error) => toast(error.message, true),
  });
  if (keys.isPending) return <Loading />;
  if (keys.isError) return <Problem error={keys.error} retry={() => void keys.refetch()} />;
  return (
    <section>
      <h2>API credentials</h2>
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(label.trim());
        }}
      >
        <input aria-label="Label of the new key" placeholder="What it is for: laptop, gpu-01" value={label} onChange={(event) => setLabel(event.target.value)} />
        <button className="primary" disabled={create.isPending}>
          Create credentials
        </button>
      </form>
      {made ? (
        <div className="panel" role="status">
          <NewKeyShown made={made} />
          <button onClick={() => setMade(null)}>I have kept it</button>
        </div>
      ) : null}
      {keys.data.credentials.length === 0 ? <Empty title="No keys." /> : null}
      <div className="scroll">
        <table>
          <thead>
            <tr>
              <th>Access key</th>
              <th>Label</th>
              <th>Last used</th>
              <th aria-label="Actions" />
            </tr>
          </thead>
          <tbody>
            {keys.data.credentials.map((key) => (
              <tr key={key.access_key}>
                <td className="mono">{key.access_key}</td>
                <td>
                  <input
                    className="plain"
                    aria-label={`Label of ${key.access_key}`}
                    placeholder="no label"
                    defaultValue={key.label ?? ""}
                    onBlur={(event) => {
                      if (event.target.value !== (key.label ?? ""))
                        change.mutate({ action: "auth.edit_credentials", body: { access_key: key.access_key, label: event.target.value } });
                    }}
                  />
                </td>
                <td className="dim">{key.last_used ? `${ago(key.last_used)} from ${key.last_used_from ?? "?"}` : "never"}</td>
                <td className="right">
                  <button onClick={() => setRevoked(key)} aria-label={`Revoke ${key.label || key.access_key}`}>
                    Revoke
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {revoked ? (
        <Dialog title={`Revoke ${revoked.label || revoked.access_key}?`} confirm="Revoke" isDangerous busy={change.isPending} onClose={() => setRevoked(null)}
          onConfirm={() => change.mutate({ action: "auth.revoke_credentials", body: { access_key: revoked.access_key } })}>
          <p>Programs and agents that use this key are refused from now on. Tasks that run keep their own tokens.</p>
        </Dialog>
      ) : null}
    </section>
  );
}
