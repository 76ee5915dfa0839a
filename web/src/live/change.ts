// What the server's live stream tells: that something changed, not what it is now (docs/protocol-extensions.md).

export type ChangeKind = "task" | "events" | "model" | "project" | "queue" | "worker";
export type Reported = "log" | "scalar" | "plot" | "image" | "vector";

export interface Change {
  kind: ChangeKind;
  id: string;
  action: "changed" | "deleted";
  task?: string;
  project?: string;
  status?: string;
  events?: Reported[];
}

export interface ServerEvent {
  id: string;
  name: string;
  data: string;
}

/** Takes the text of a stream of server-sent events in pieces of any size; gives the events that are whole by then. */
export function eventReader(): (piece: string) => ServerEvent[] {
  let rest = "";
  let event: ServerEvent = { id: "", name: "message", data: "" };
  let id = "";
  return (piece) => {
    const out: ServerEvent[] = [];
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        // One without data says only how far the reader has come.
        if (event.data || event.id) out.push({ ...event, id });
        event = { id: "", name: "message", data: "" };
        continue;
      }
      const colon = line.indexOf(":");
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "id") event.id = id = value;
      else if (field === "event") event.name = value;
      else if (field === "data") event.data += event.data ? `\n${value}` : value;
    }
    return out;
  };
}
