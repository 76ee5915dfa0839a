// Calls to the server's API, which lives under /api/ of the origin that this page came from. The session is a cookie that
// scripts cannot read.

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly subcode: number,
    message: string,
  ) {
    super(message);
  }
}

interface Envelope<T> {
  meta: { result_code: number; result_subcode: number; result_msg: string };
  data: T;
}

async function send<T>(action: string, body: object, headers: Record<string, string>, signal?: AbortSignal): Promise<T> {
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
    throw new ApiError(0, 0, "The server does not answer. Is it running?");
  }
  const text = await answer.text();
  let envelope: Envelope<T>;
  try {
    envelope = JSON.parse(text) as Envelope<T>;
  } catch {
    throw new ApiError(answer.status, 0, text.trim() || `HTTP ${answer.status}`);
  }
  if (!answer.ok) throw new ApiError(answer.status, envelope.meta.result_subcode, envelope.meta.result_msg);
  return envelope.data;
}

/** One API call; the answer's `data`. Throws ApiError. */
export function call<T>(action: string, body: object = {}, signal?: AbortSignal): Promise<T> {
  return send<T>(action, body, {}, signal);
}

/** Begins a session with an API key pair. */
export async function logIn(accessKey: string, secretKey: string): Promise<void> {
  const pair = new TextEncoder().encode(`${accessKey.trim()}:${secretKey.trim()}`);
  await send("auth.login", {}, { Authorization: `Basic ${btoa(String.fromCharCode(...pair))}` });
}

export async function logOut(): Promise<void> {
  await call("login.logout");
}
