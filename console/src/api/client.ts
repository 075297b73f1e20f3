import type { Problem, SessionView } from "./types";

/** The half of the session that only pages of this origin hold; the other is a cookie that no script reads. */
const KEY = "rein.session";

/** What the API said instead of an answer; its message is a sentence that says what to do. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

type Listener = () => void;
const signedOut = new Set<Listener>();

/** Called when the server no longer knows this session. */
export function onSignedOut(listener: Listener): () => void {
  signedOut.add(listener);
  return () => signedOut.delete(listener);
}

export function keepSession(session: SessionView): void {
  if (session.key !== undefined) localStorage.setItem(KEY, session.key);
}

export function forgetSession(): void {
  localStorage.removeItem(KEY);
}

export function hasSession(): boolean {
  return localStorage.getItem(KEY) !== null;
}

function headers(): Record<string, string> {
  const key = localStorage.getItem(KEY);
  return key === null ? {} : { "Rein-Session": key };
}

async function answer(response: Response): Promise<Response> {
  if (response.ok) return response;
  const problem = await response
    .json()
    .then((body) => body as Problem)
    .catch(() => ({
      type: "about:blank",
      title: "Error",
      status: response.status,
      code: "unexpected-answer",
      detail: `The control plane answered ${response.status}.`,
    }));
  if (response.status === 401 && hasSession()) {
    forgetSession();
    for (const listener of signedOut) listener();
  }
  throw new ProblemError(problem);
}

async function ask(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  try {
    return await answer(
      await fetch(path, {
        method,
        headers: { ...headers(), ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      }),
    );
  } catch (failure) {
    if (failure instanceof TypeError) {
      throw new ProblemError({
        type: "about:blank",
        title: "Unreachable",
        status: 0,
        code: "unreachable",
        detail: "The control plane does not answer. What is shown may be old. Is `rein up` running?",
      });
    }
    throw failure;
  }
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await ask("GET", path, undefined, signal)).json()) as T;
}

export async function post<T>(path: string, body: unknown): Promise<T> {
  return (await (await ask("POST", path, body)).json()) as T;
}

export async function remove<T>(path: string): Promise<T> {
  return (await (await ask("DELETE", path, undefined)).json()) as T;
}

export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** Server-sent events (HTML Living Standard §9.2) over fetch, since EventSource sends no headers. */
export async function* events(path: string, signal: AbortSignal): AsyncGenerator<ServerEvent[]> {
  const response = await ask("GET", path, undefined, signal);
  if (response.body === null) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop() ?? "";
    yield blocks.map(parse).filter((found) => found.data !== "");
  }
}

function parse(block: string): ServerEvent {
  let event = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("event: ")) event = line.slice(7);
    else if (line.startsWith("data: ")) data.push(line.slice(6));
  }
  return { event, data: data.join("\n") };
}
