// The one connection by which a tab hears of changes. It goes on where it was cut off, and says truly whether it is there: read with
// fetch, because EventSource hides both the server's sign of life (a comment every 15 s) and why it was refused.
import { eventReader, type Change, type ServerEvent } from "./change";

export interface StreamEnds {
  /** May be called with changes that were told before. */
  onChanges: (changes: readonly Change[]) => void;
  /** From here on nothing is left out, but something may have been until now. */
  onReset: () => void;
  onOpen: () => void;
  /** It is not there. `status` of a refusal; 0: nobody answered, or the connection broke. */
  onLost: (status: number) => void;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
}

/** Silence after which a connection is dead, whatever the network says. */
const SILENCE_MS = 40_000;
/** A connection that ends sooner was cut off by somebody on the way. */
const SHORT_MS = 2_000;
const RETRY_MS = 500;
const RETRY_MAX_MS = 5_000;
/** A server that has no stream, or too many, is asked again so often. */
const REFUSED_MS = 30_000;

export interface Stream {
  /** Listens for this (the query of the address); null: not at all. The same again changes nothing. */
  want: (query: string | null) => void;
  /** Tries at once, if it waits to try again: the server is back, or somebody signed in. */
  hurry: () => void;
}

export function stream(ends: StreamEnds): Stream {
  let wanted: string | null = null;
  let last = "";
  let failures = 0;
  let connection: AbortController | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const close = () => {
    clearTimeout(timer);
    timer = undefined;
    connection?.abort();
    connection = null;
  };

  const take = (events: readonly ServerEvent[]) => {
    const changes: Change[] = [];
    let isReset = false;
    for (const event of events) {
      last = event.id;
      if (event.name === "change") changes.push(JSON.parse(event.data) as Change);
      else if (event.name === "reset" || event.name === "ready") isReset = true;
    }
    if (isReset) ends.onReset();
    if (changes.length > 0) ends.onChanges(changes);
  };

  const later = (ms: number) => {
    timer = setTimeout(open, ms);
  };

  /** Until the server ends it; the status when it refused, 0 when it is cut off or silent. */
  const listen = async (query: string, own: AbortController): Promise<number> => {
    let silence = setTimeout(() => own.abort(), SILENCE_MS);
    try {
      const answer = await ends.fetch(`/api/stream?${query}`, { signal: own.signal, headers: last ? { "Last-Event-ID": last } : {} });
      if (!answer.ok || !answer.body) return answer.status || 500;
      const began = Date.now();
      let isHeard = false;
      const read = eventReader();
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return Date.now() - began > SHORT_MS ? 200 : 0;
        // Not before: a proxy that keeps everything back has answered, too.
        if (!isHeard) ends.onOpen();
        isHeard = true;
        if (Date.now() - began > SHORT_MS) failures = 0;
        clearTimeout(silence);
        silence = setTimeout(() => own.abort(), SILENCE_MS);
        if (connection === own) take(read(value));
      }
    } catch {
      return 0;
    } finally {
      clearTimeout(silence);
    }
  };

  const open = () => {
    timer = undefined;
    if (wanted === null) return;
    const own = (connection = new AbortController());
    void listen(wanted, own).then((status) => {
      if (connection !== own) return; // replaced, or not wanted any more
      connection = null;
      // Every connection has an end, after which one comes again.
      if (status === 200) return later(50);
      failures += 1;
      ends.onLost(status);
      if (status === 401) last = ""; // hurry() after signing in
      else later(status === 0 || status === 502 || status === 503 || status === 504 ? Math.min(RETRY_MS * 2 ** (failures - 1), RETRY_MAX_MS) : REFUSED_MS);
    });
  };

  return {
    want: (query) => {
      if (query === wanted) return;
      wanted = query;
      close();
      failures = 0;
      open();
    },
    hurry: () => {
      if (wanted === null || connection) return;
      close();
      open();
    },
  };
}
