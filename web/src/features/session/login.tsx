// Signing in: with an API key pair, with a name and password, or at a provider the server names.
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { logIn } from "~/api/client";
import { useAnswer } from "~/api/queries";
import { Button } from "~/design/button";
import { Dialog } from "~/design/dialog";
import { TextField } from "~/design/field";
import { Notice } from "~/design/parts";
import css from "./login.module.css";

function useSignIn(onDone: () => void) {
  const [name, setName] = useState("");
  const [secret, setSecret] = useState("");
  const modes = useAnswer("login.supported_modes", {}, { fresh: 60_000 });
  const hasPasswords = modes.data?.basic.enabled ?? false;
  const signIn = useMutation({ mutationFn: () => logIn(name, secret), onSuccess: onDone });
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (name.trim() && secret.trim()) signIn.mutate();
  };
  const fields = (
    <>
      <TextField
        label={hasPasswords ? "Name or access key" : "Access key"}
        value={name}
        autoFocus
        autoComplete="username"
        onChange={(event) => {
          // A pair that was copied in one piece is taken apart.
          const pair = /access_key\W+"?([\w-]+)"?[\s\S]*secret_key\W+"?([\w-]+)"?/.exec(event.target.value);
          if (pair?.[1] && pair[2]) {
            setName(pair[1]);
            setSecret(pair[2]);
          } else setName(event.target.value);
        }}
      />
      <TextField label={hasPasswords ? "Password or secret key" : "Secret key"} type="password" value={secret} autoComplete="current-password" onChange={(event) => setSecret(event.target.value)} />
      {signIn.isError ? <Notice kind="bad">{signIn.error.message}</Notice> : null}
    </>
  );
  const providers = Object.entries(modes.data?.sso ?? {});
  return { fields, submit, signIn, providers, isReady: Boolean(name.trim() && secret.trim()) };
}

export function LoginPage({ onDone }: { onDone: () => void }) {
  const { fields, submit, signIn, providers } = useSignIn(onDone);
  return (
    <main className={css.page}>
      <form className={css.box} onSubmit={submit}>
        <div className={css.brand}>
          <img src="/icon.svg" alt="" width={36} height={36} />
          <h1>JARVIS</h1>
        </div>
        {fields}
        <Button type="submit" kind="primary" busy={signIn.isPending} className={css.submit}>
          Sign in
        </Button>
        {providers.map(([name, url]) => (
          <a key={name} href={url} className="link">
            Sign in with {name}
          </a>
        ))}
        <p className={css.hint}>
          The first key pair is in <code>client.conf</code> in the server's data directory: paste its whole <code>credentials</code> part into the first field, or both keys one by one. Your own keys you make under Settings.
        </p>
      </form>
    </main>
  );
}

/** The session ended under an open page: the page stays. */
export function LoginDialog({ onDone, onLeave }: { onDone: () => void; onLeave: () => void }) {
  const { fields, submit, signIn, isReady } = useSignIn(onDone);
  return (
    <Dialog title="Your session ended" confirm="Sign in" cancel="Sign out" onClose={onLeave} onConfirm={submit} busy={signIn.isPending} disabled={!isReady}>
      <p className="dim">Sign in again to go on where you are; nothing on this page is lost.</p>
      {fields}
    </Dialog>
  );
}
