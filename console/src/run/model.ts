import type { RecordView } from "../api/types";

/** Free text of a run's records, by record id, once somebody has read it for a reason. */
export type Texts = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A process as far as it was seen: its program starts; its end is not observed. */
export interface Process {
  readonly pid: string;
  readonly depth: number;
  readonly starts: readonly RecordView[];
  /** The last program start of it or of what came from it. */
  readonly seenUntil: number;
  /** Rein's own programs that build the sandbox. */
  readonly ours: boolean;
}

/** All that went to one destination. */
export interface Route {
  readonly key: string;
  readonly destination: string;
  readonly protocol: string;
  readonly allowed: readonly RecordView[];
  readonly denied: readonly RecordView[];
  readonly times: { readonly allowed: number; readonly denied: number };
  readonly bytes: { readonly sent: number; readonly received: number };
  /** Ends of flows, by the record that allowed them. */
  readonly ends: ReadonlyMap<string, RecordView>;
}

export interface Story {
  readonly from: number;
  readonly to: number;
  readonly processes: readonly Process[];
  readonly routes: readonly Route[];
  /** What happened to the run as a whole. */
  readonly events: readonly RecordView[];
  readonly losses: readonly RecordView[];
}

export function time(record: RecordView): number {
  return new Date(record.time).getTime();
}

/** @param records of one run, newest first */
export function story(records: readonly RecordView[], now: number, ended: boolean): Story {
  const oldestFirst = [...records].reverse();
  const times = oldestFirst.map(time);
  const from = Math.min(...times, now);
  const to = ended ? Math.max(...times, from + 1) : Math.max(now, from + 1);
  return {
    from,
    to,
    processes: processes(oldestFirst.filter((record) => record.kind === "exec")),
    routes: routes(oldestFirst),
    events: oldestFirst.filter((record) =>
      ["run-started", "run-ended", "finding", "incident", "stop-ordered", "resumed", "receipt"].includes(record.kind),
    ),
    losses: oldestFirst.filter((record) => record.kind === "loss"),
  };
}

function processes(execs: readonly RecordView[]): Process[] {
  const starts = new Map<string, RecordView[]>();
  const parents = new Map<string, string>();
  for (const exec of execs) {
    const pid = exec.detail.pid ?? "?";
    starts.set(pid, [...(starts.get(pid) ?? []), exec]);
    if (!parents.has(pid)) parents.set(pid, exec.detail["parent-pid"] ?? "");
  }
  const children = new Map<string, string[]>();
  const roots: string[] = [];
  for (const pid of starts.keys()) {
    const parent = parents.get(pid) ?? "";
    if (parent !== pid && starts.has(parent)) children.set(parent, [...(children.get(parent) ?? []), pid]);
    else roots.push(pid);
  }
  const found: Process[] = [];
  const visited = new Set<string>();
  const visit = (pid: string, depth: number): number => {
    if (visited.has(pid)) return 0;
    visited.add(pid);
    const own = starts.get(pid) ?? [];
    const at = found.length;
    found.push({ pid, depth, starts: own, seenUntil: 0, ours: own.every((each) => each.detail["starts-sandbox"] === "true") });
    let until = Math.max(...own.map(time));
    for (const child of children.get(pid) ?? []) until = Math.max(until, visit(child, depth + 1));
    found[at] = { ...(found[at] as Process), seenUntil: until };
    return until;
  };
  for (const root of roots) visit(root, 0);
  return found;
}

function routes(records: readonly RecordView[]): Route[] {
  const ends = new Map<string, RecordView>();
  for (const record of records) {
    if (record.kind === "flow" && record.cause !== undefined) ends.set(record.cause, record);
  }
  const byKey = new Map<string, { allowed: RecordView[]; denied: RecordView[] }>();
  for (const record of records) {
    if (record.kind !== "decision" || record.resource === undefined) continue;
    const key = `${record.resource} ${record.detail.protocol ?? ""}`;
    const group = byKey.get(key) ?? { allowed: [], denied: [] };
    (record.decision === "allow" ? group.allowed : group.denied).push(record);
    byKey.set(key, group);
  }
  return [...byKey.entries()]
    .map(([key, group]) => {
      const closed = group.allowed.flatMap((record) => ends.get(record.id) ?? []);
      const first = group.denied[0] ?? group.allowed[0];
      return {
        key,
        destination: first?.resource ?? "",
        protocol: first?.detail.protocol ?? "",
        ...group,
        times: { allowed: group.allowed.length, denied: group.denied.reduce((sum, each) => sum + (each.sizes.repeats ?? 1), 0) },
        bytes: {
          sent: closed.reduce((sum, each) => sum + (each.sizes["sent-bytes"] ?? 0), 0),
          received: closed.reduce((sum, each) => sum + (each.sizes["received-bytes"] ?? 0), 0),
        },
        ends,
      };
    })
    .sort((one, other) => Math.sign(other.times.allowed - one.times.allowed) || first(one) - first(other));
}

function first(route: Route): number {
  return Math.min(...[...route.allowed, ...route.denied].map(time));
}
