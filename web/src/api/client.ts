// Calls to the server's API, which lives under /api/ of the origin that this page came from. The session is a cookie that
// scripts cannot read.
import type { Answer } from "./answers";
import type { FreePaths, Requests } from "./requests";

export type Action = keyof Requests;
export type Body<A extends Action> = Requests[A] & FreePaths;

/** What the server said no with; `status` 0 when nobody answered. */
export class ApiError extends Error {
  constructor(
    readonly action: string,
    readonly status: number,
    readonly subcode: number,
    message: string,
    readonly requestId = "",
  ) {
    super(message);
    this.name = "ApiError";
  }

  /** "tasks.enqueue 400/110, request 3f2a…": what a report to the administrator needs. */
  get reference(): string {
    return `${this.action} ${this.status}/${this.subcode}${this.requestId ? `, request ${this.requestId}` : ""}`;
  }
}

/** A wrong password, which is the answer to who typed it: the session is as it was. */
export function isWrongPassword(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401 && error.subcode === 22;
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401 && !isWrongPassword(error);
}

/** Nobody answered, or a proxy said that nobody does. */
export function isAway(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 502 || error.status === 503 || error.status === 504);
}

interface Envelope {
  meta: { id: string; result_code: number; result_subcode: number; result_msg: string };
  data: unknown;
}

async function send(action: string, body: object, headers: Record<string, string>, signal?: AbortSignal): Promise<unknown> {
  let answer: Response;
  try {
    answer = await fetch(`/api/${action}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
      ...(signal ? { signal } : {}),
    });
  } catch (problem) {
    if (signal?.aborted) throw problem;
    throw new ApiError(action, 0, 0, "The server does not answer.");
  }
  const text = await answer.text();
  let envelope: Envelope;
  try {
    envelope = JSON.parse(text) as Envelope;
  } catch {
    throw new ApiError(action, answer.status || 0, 0, text.trim().slice(0, 300) || `HTTP ${answer.status}`);
  }
  if (!answer.ok)
    throw new ApiError(action, answer.status, envelope.meta.result_subcode, envelope.meta.result_msg, envelope.meta.id);
  return envelope.data;
}

/** One API call; the answer's `data`. Throws ApiError. */
export async function call<A extends Action>(action: A, body: Body<A>, signal?: AbortSignal): Promise<Answer<A>> {
  return (await send(action, body, {}, signal)) as Answer<A>;
}

/** Begins a session with an API key pair, or with a name and a password. */
export async function logIn(name: string, secret: string): Promise<void> {
  const pair = new TextEncoder().encode(`${name.trim()}:${secret.trim()}`);
  await send("auth.login", {}, { Authorization: `Basic ${btoa(String.fromCharCode(...pair))}` });
}

export async function logOut(): Promise<void> {
  await call("login.logout", {});
}
