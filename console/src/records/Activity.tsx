import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { RecordView } from "../api/types";
import { Screen } from "../shell/Screen";
import { Detail } from "./Detail";
import { RecordTable } from "./Table";
import { KEYS, parse, toggled } from "./filter";
import { LiveRecords, ROWS_MAX, type Shown } from "./live";

const route = getRouteApi("/activity");

const QUICK: readonly (readonly [string, string])[] = [
  ["decision:deny", "Denied"],
  ["kind:decision", "Decisions"],
  ["kind:exec", "Programs"],
  ["kind:finding,incident", "Findings"],
  ["kind:stop-ordered,receipt,resumed", "Stops"],
  ["-kind:exec", "Without programs"],
  ["from:1h", "Last hour"],
];

/** What agents do right now, and why that was allowed. */
export function Activity(): ReactNode {
  const { q, at } = route.useSearch();
  const navigate = route.useNavigate();
  const [text, setText] = useState(q);
  const [picked, setPicked] = useState<RecordView | undefined>(undefined);
  const input = useRef<HTMLInputElement>(null);
  const filter = useMemo(() => parse(q, Date.now()), [q]);
  const query = filter.query.toString();
  const records = useMemo(() => new LiveRecords(query), [query]);
  useEffect(() => records.start(), [records]);
  const shown = useSyncExternalStore(records.subscribe, records.snapshot);
  useEffect(() => setText(q), [q]);

  const search = (next: string) => void navigate({ search: { q: next }, replace: true });
  const open = (record: RecordView) => {
    setPicked(record);
    void navigate({ search: { q, at: record.address }, replace: true });
  };
  const close = () => {
    setPicked(undefined);
    void navigate({ search: { q }, replace: true });
  };
  const record = picked?.address === at ? picked : shown.rows.find((row) => row.address === at);
  return (
    <Screen
      title="Activity"
      question="What are agents doing right now, and why was that allowed?"
      aside={<State shown={shown} />}
      tall
    >
      <form
        role="search"
        className="filter"
        onSubmit={(event) => {
          event.preventDefault();
          search(text.trim());
        }}
      >
        <label htmlFor="filter">Filter</label>
        <input
          id="filter"
          ref={input}
          className="mono"
          value={text}
          placeholder="agent:coder decision:deny from:15m"
          spellCheck={false}
          autoComplete="off"
          aria-describedby="filter-help"
          onChange={(event) => setText(event.target.value)}
          onBlur={() => text.trim() !== q && search(text.trim())}
          data-hotkey="/"
        />
        <div className="quick">
          {QUICK.map(([word, name]) => (
            <button
              type="button"
              key={word}
              className="chip"
              aria-pressed={q.split(/\s+/).includes(word)}
              onClick={() => search(toggled(q, word))}
            >
              {name}
            </button>
          ))}
        </div>
        <p id="filter-help" className={filter.errors.length > 0 ? "error" : "hint"}>
          {filter.errors.length > 0 ? filter.errors.join(" ") : `Words with ${Object.keys(KEYS).join(", ")} before a colon; other words are searched for.`}
        </p>
      </form>
      <div className={record === undefined ? "split" : "split open"}>
        <div className="split-main">
          {shown.rows.length === 0 ? (
            <Empty shown={shown} filtered={q !== ""} />
          ) : (
            <RecordTable records={records} shown={shown} selected={at} open={open} />
          )}
          {shown.older === "cut" && (
            <p className="hint">The newest {ROWS_MAX.toLocaleString("en-GB")} are shown; narrow the filter for older ones.</p>
          )}
        </div>
        {record !== undefined && <Detail key={record.address} record={record} close={close} />}
      </div>
    </Screen>
  );
}

function State({ shown }: { readonly shown: Shown }): ReactNode {
  switch (shown.connection) {
    case "live":
      return (
        <span className="live" role="status">
          <i className="dot allowed" /> Live · <span className="num">{shown.rows.length.toLocaleString("en-GB")}</span> shown
        </span>
      );
    case "connecting":
      return (
        <span className="live" role="status">
          <i className="dot" /> Connecting…
        </span>
      );
    case "lost":
      return (
        <span className="live attention" role="status">
          <i className="dot attention" /> Not live: {shown.problem || "the feed broke off; trying again."}
        </span>
      );
  }
}

/** Nothing found is one thing; nothing could be asked is another. */
function Empty({ shown, filtered }: { readonly shown: Shown; readonly filtered: boolean }): ReactNode {
  if (shown.connection === "lost") {
    return (
      <p className="empty attention">
        <b>Not observed.</b> The records cannot be read now, so this says nothing about what happened.
      </p>
    );
  }
  if (shown.connection === "connecting") return <p className="empty">Reading the logs…</p>;
  return (
    <p className="empty">
      <b>Nothing found.</b>{" "}
      {filtered ? "The logs were read to their beginning; no record matches this filter." : "The logs hold no record yet."}
    </p>
  );
}
