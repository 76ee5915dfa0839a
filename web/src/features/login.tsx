import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { logIn } from "../api";
import { Problem } from "../design/parts";

export function Login({ onDone }: { onDone: () => void }) {
  const [access, setAccess] = useState("");
  const [secret, setSecret] = useState("");
  const login = useMutation({ mutationFn: () => logIn(access, secret), onSuccess: onDone });
  return (
    <main className="login">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          login.mutate();
        }}
      >
        <img src="/icon.svg" alt="" width={44} height={44} />
        <h1>Sign in to JARVIS</h1>
        <label>
          Access key
          <input required autoFocus autoComplete="username" className="mono" value={access} onChange={(event) => setAccess(event.target.value)} />
        </label>
        <label>
          Secret key
          <input required type="password" autoComplete="current-password" className="mono" value={secret} onChange={(event) => setSecret(event.target.value)} />
        </label>
        {login.isError ? <Problem error={login.error} /> : null}
        <button className="primary" disabled={login.isPending}>
          Sign in
        </button>
        <p className="dim">
          The administrator's key pair is in <code>client.conf</code> of the server's data directory; the server prints where
          that is when it starts.
        </p>
      </form>
    </main>
  );
}
