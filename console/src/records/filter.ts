/** What a filter text asks for, as the API's query; or why it cannot be asked. */
export interface Filter {
  readonly query: URLSearchParams;
  readonly errors: readonly string[];
}

interface Key {
  readonly parameter: string;
  readonly hint: string;
}

/** The filter language: `key:value` words, all of which must hold; other words are searched for in the record. */
export const KEYS: Readonly<Record<string, Key>> = {
  run: { parameter: "run", hint: "a run's id, or its end" },
  agent: { parameter: "agent", hint: "an agent's name" },
  owner: { parameter: "owner", hint: "who answers for the agent" },
  label: { parameter: "label", hint: "key=value, or a key" },
  kind: { parameter: "kind", hint: "decision, exec, flow, finding, incident, stop-ordered …" },
  decision: { parameter: "decision", hint: "allow or deny" },
  destination: { parameter: "destination", hint: "host, host:port or address" },
  id: { parameter: "id", hint: "a record's id" },
  from: { parameter: "from", hint: "a time, or 15m, 2h, 1d ago" },
  to: { parameter: "to", hint: "a time, or 15m, 2h, 1d ago" },
};

const WORD = /(-?)([a-z]+):(?:"([^"]*)"|(\S*))|"([^"]*)"|(\S+)/g;
const AGO = /^(\d{1,4})([smhd])$/;
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

export function parse(text: string, now: number): Filter {
  const query = new URLSearchParams();
  const errors: string[] = [];
  const words: string[] = [];
  for (const match of text.matchAll(WORD)) {
    const name = match[2];
    if (name === undefined || !(name in KEYS)) {
      // Something like https://… is a word; something like agnt:x is a slip.
      if (name !== undefined && !match[0].includes("//") && /^-?[a-z]+:[^:/]*$/.test(match[0])) {
        errors.push(`There is no filter “${name}:”; there is ${Object.keys(KEYS).join(", ")}.`);
      } else {
        words.push(match[5] ?? match[0]);
      }
      continue;
    }
    const key = KEYS[name] as Key;
    const value = match[3] ?? match[4] ?? "";
    if (value === "") {
      errors.push(`“${name}:” waits for ${key.hint}.`);
    } else if (match[1] === "-" && name !== "kind") {
      errors.push("Only kinds can be left out: -kind:exec.");
    } else if (query.has(key.parameter)) {
      errors.push(`“${name}:” may stand once${name === "kind" ? "; several kinds go between commas" : ""}.`);
    } else if (name === "from" || name === "to") {
      const time = instant(value, now);
      if (time === undefined) errors.push(`“${name}:” is ${key.hint}, not “${value}”.`);
      else query.set(key.parameter, time);
    } else {
      query.set(key.parameter, match[1] + value);
    }
  }
  if (words.length > 0) query.set("text", words.join(" "));
  return { query, errors };
}

function instant(value: string, now: number): string | undefined {
  const before = AGO.exec(value);
  if (before !== null) {
    return new Date(now - Number(before[1]) * (UNIT_SECONDS[before[2] ?? "s"] ?? 1) * 1_000).toISOString();
  }
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** One word more, or instead of the one with the same key; without it when it is there already. */
export function toggled(text: string, word: string): string {
  const all = text.split(/\s+/).filter((each) => each !== "");
  if (all.includes(word)) return all.filter((each) => each !== word).join(" ");
  const key = word.slice(0, word.indexOf(":") + 1).replace(/^-/, "");
  return [...all.filter((each) => !each.replace(/^-/, "").startsWith(key)), word].join(" ");
}

/** A value as it may stand in a filter. */
export function quoted(value: string): string {
  return /[\s"]/.test(value) ? `"${value.replaceAll('"', "")}"` : value;
}
