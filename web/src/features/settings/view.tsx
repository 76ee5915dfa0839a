// The reader's own page: name, keys, how the pages look and react.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api";
import { applyTheme, storedTheme, type Theme, THEMES } from "../../design/theme";
import { toast } from "../../design/toast";
import type { Reference } from "../../types";
import { usePreferences, useSetPreferences } from "../preferences";
import { Credentials } from "./credentials";

const THEME_NAMES: Record<Theme, string> = { system: "As the system", light: "Light", dark: "Dark" };

export function Settings({ user }: { user: Reference }) {
  return (
    <section className="settings">
      <h1>Settings</h1>
      <Profile user={user} />
      <Credentials />
      <Looks />
      <About />
    </section>
  );
}

function Profile({ user }: { user: Reference }) {
  const client = useQueryClient();
  const [name, setName] = useState(user.name ?? "");
  const save = useMutation({
    mutationFn: () => call("users.update", { user: user.id, name: name.trim() }),
    onSuccess: () => {
      toast("Saved");
      return client.invalidateQueries({ queryKey: ["me"] });
    },
    onError: (error) => toast(error.message, true),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <h2>Profile</h2>
      <div className="row">
        <label className="inline">
          Your name
          <input value={name} onChange={(event) => setName(event.target.value)} />
        </label>
        <button disabled={save.isPending || !name.trim() || name === user.name}>Save name</button>
      </div>
    </form>
  );
}

function Looks() {
  const preferences = usePreferences();
  const set = useSetPreferences();
  const [theme, setTheme] = useState(storedTheme());
  return (
    <section>
      <h2>Preferences</h2>
      <fieldset className="row">
        <legend>Theme</legend>
        {THEMES.map((one) => (
          <label key={one} className="inline">
            <input
              type="radio"
              name="theme"
              checked={theme === one}
              onChange={() => {
                setTheme(one);
                applyTheme(one);
                set.mutate({ theme: one });
              }}
            />
            {THEME_NAMES[one]}
          </label>
        ))}
      </fieldset>
      <label className="inline">
        <input type="checkbox" checked={preferences.keys !== "off"} onChange={(event) => set.mutate({ keys: event.target.checked ? "on" : "off" })} />
        Single-letter keys (<kbd>?</kbd> lists them; <kbd>Ctrl</kbd> <kbd>K</kbd> always works)
      </label>
    </section>
  );
}

function About() {
  const info = useQuery({
    queryKey: ["server.info"],
    queryFn: ({ signal }) => call<{ version: string; api_version: string }>("server.info", {}, signal),
    staleTime: Infinity,
  });
  return <p className="dim">{info.data ? `jarvis-server ${info.data.version}, API ${info.data.api_version}` : ""}</p>;
}
