import type { RecordView } from "../api/types";

/** What a record's mark means; never colour alone. */
export type Tone = "allowed" | "denied" | "attention" | "plain";

export interface Said {
  readonly tone: Tone;
  /** The word that stands beside the mark. */
  readonly word: string;
  /** What it was about; may hold text that an agent chose. */
  readonly about: string;
}

const LONG: Readonly<Record<string, string>> = {
  "log-opened": "Opened a log",
  "log-introduced": "Introduced a log",
  "node-started": "Node started",
  "node-stopped": "Node stopped",
  "self-test": "Tested itself",
  "agent-changed": "Agent changed",
  "person-changed": "Person changed",
  "token-changed": "Token changed",
  "session-changed": "Session",
  "policy-changed": "Policy changed",
  "run-started": "Run started",
  "run-ended": "Run ended",
  "name-lookup": "Looked up",
  "content-read": "Content read",
  receipt: "Receipt",
  drill: "Drill",
};

/** A record in a few words: what was done, and to what. */
export function say(record: RecordView): Said {
  const { detail } = record;
  switch (record.kind) {
    case "decision": {
      const allowed = record.decision === "allow";
      const repeats = record.sizes.repeats;
      const what = [record.resource ?? record.action ?? "", detail.protocol, detail.method]
        .filter((part) => part !== undefined && part !== "")
        .join(" ");
      return {
        tone: allowed ? "allowed" : "denied",
        word: allowed ? "Allowed" : "Denied",
        about: repeats === undefined ? what : `${what} · ${repeats} more times`,
      };
    }
    case "flow":
      return { tone: "plain", word: "Flow ended", about: `${record.resource ?? ""} ${detail.end ?? ""}`.trim() };
    case "content-found":
      return {
        tone: "attention",
        word: (record.sizes.redacted ?? 0) > 0 ? "Redacted" : "Seen",
        about: `${detail.classes ?? ""} in a ${detail.in ?? "message"} · ${record.resource ?? ""}`,
      };
    case "exec":
      return { tone: "plain", word: "Started", about: `a program, process ${detail.pid ?? "?"}` };
    case "finding":
      return { tone: "attention", word: "Found", about: `${detail.rule ?? ""} · ${detail.severity ?? ""}` };
    case "incident":
      return { tone: "attention", word: "Incident", about: `${detail.severity ?? ""} · ${detail.rules ?? ""}` };
    case "stop-ordered":
      return {
        tone: "attention",
        word: detail.mode === "terminate" ? "Kill ordered" : "Suspend ordered",
        about: `${detail.scope ?? ""} by ${detail.issuer ?? "?"}`,
      };
    case "resumed":
      return { tone: "plain", word: "Resumed", about: `${detail.scope ?? ""} by ${record.person ?? "?"}` };
    case "loss":
      return {
        tone: "attention",
        word: "Not observed",
        about: Object.entries(record.sizes)
          .filter(([, many]) => many > 0)
          .map(([name, many]) => `${many} ${name}`)
          .join(", "),
      };
    default:
      return { tone: "plain", word: LONG[record.kind] ?? record.kind, about: about(record) };
  }
}

function about(record: RecordView): string {
  const { detail } = record;
  switch (record.kind) {
    case "run-started":
      return `pack ${detail.pack ?? "?"}`;
    case "run-ended":
      return `${record.sizes.denied ?? 0} denied, ${record.sizes.findings ?? 0} findings`;
    case "receipt":
      return `${detail.complete === "true" ? "complete" : "incomplete"}: ${detail.confirmed ?? ""}`;
    case "agent-changed":
      return `${record.resource ?? ""} ${detail.change ?? ""}`.trim();
    case "session-changed":
      return `${record.person ?? "somebody"} ${(detail.change ?? "").replace("-", " ")}`;
    case "drill":
      return `${detail.drill ?? ""} ${detail.state ?? ""}`;
    case "policy-changed":
      return `snapshot ${detail.snapshot ?? "?"}`;
    case "content-read":
      return `by ${record.person ?? "?"}`;
    case "name-lookup":
      return detail.name ?? detail.host ?? "";
    case "log-introduced":
      return detail.origin ?? "";
    default:
      return record.resource ?? record.person ?? "";
  }
}

/** A reason begins with its code, which is for scripts. */
export function withoutCode(reason: string): string {
  return reason.replace(/^[a-z][a-z-]*: /, "");
}
