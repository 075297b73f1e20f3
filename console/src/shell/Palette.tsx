import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, type ReactNode, useId, useMemo, useState } from "react";
import { agents, runs } from "../api/queries";
import { quoted } from "../records/filter";
import { Inert } from "../text/text";
import { chooseTheme, theme } from "./theme";

interface Entry {
  readonly name: string;
  readonly note: string;
  readonly act: () => void;
}

const SHOWN_MAX = 12;

/** ⌘K: every screen, run, agent and act, by typing some of its letters. */
export function Palette({
  close,
  signOut,
}: {
  readonly close: () => void;
  readonly signOut: () => Promise<void>;
}): ReactNode {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const navigate = useNavigate();
  const { data: allRuns = [] } = useQuery(runs);
  const { data: allAgents } = useQuery(agents);
  const entries = useMemo<Entry[]>(
    () => [
      { name: "Overview", note: "g o", act: () => void navigate({ to: "/" }) },
      { name: "Activity", note: "g a", act: () => void navigate({ to: "/activity", search: { q: "" } }) },
      { name: "Runs", note: "g r", act: () => void navigate({ to: "/runs" }) },
      { name: "Run the drill", note: "g d", act: () => void navigate({ to: "/drill" }) },
      {
        name: "Denied in the last hour",
        note: "activity",
        act: () => void navigate({ to: "/activity", search: { q: "decision:deny from:1h" } }),
      },
      ...allRuns.map((run) => ({
        name: `Run ${run.shortId} ${run.agent}`,
        note: `${run.state} · ${Object.entries(run.labels).map((label) => label.join("=")).join(" ")}`,
        act: () => void navigate({ to: "/runs/$run", params: { run: run.id } }),
      })),
      ...(allAgents?.items ?? []).map((agent) => ({
        name: `Agent ${agent.name}`,
        note: `${agent.state} · ${agent.owner}`,
        act: () => void navigate({ to: "/activity", search: { q: `agent:${quoted(agent.name)}` } }),
      })),
      ...(["light", "dark", "system"] as const)
        .filter((each) => each !== theme())
        .map((each) => ({ name: `Colours: ${each}`, note: "this browser", act: () => chooseTheme(each) })),
      { name: "Sign out", note: "", act: () => void signOut() },
    ],
    [allRuns, allAgents, navigate, signOut],
  );
  const words = text.toLowerCase().split(/\s+/);
  const found = entries
    .filter((entry) => words.every((word) => `${entry.name} ${entry.note}`.toLowerCase().includes(word)))
    .slice(0, SHOWN_MAX);
  const chosen = Math.min(at, found.length - 1);
  const keys = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setAt((chosen + step + found.length) % Math.max(1, found.length));
    } else if (event.key === "Enter") {
      event.preventDefault();
      const entry = found[chosen];
      if (entry !== undefined) {
        close();
        entry.act();
      }
    }
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog palette">
          <Dialog.Title className="sr">Go to</Dialog.Title>
          <input
            role="combobox"
            aria-label="Go to a screen, run or agent, or do something"
            aria-expanded="true"
            aria-controls={list}
            aria-activedescendant={found.length > 0 ? `${list}-${chosen}` : undefined}
            placeholder="Go to a screen, a run, an agent…"
            value={text}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => {
              setText(event.target.value);
              setAt(0);
            }}
            onKeyDown={keys}
          />
          <ul id={list} role="listbox" aria-label="Found">
            {found.map((entry, index) => (
              // biome-ignore lint: the field holds the focus
              <li
                key={`${entry.name} ${entry.note}`}
                id={`${list}-${index}`}
                role="option"
                aria-selected={index === chosen}
                onPointerMove={() => setAt(index)}
                onClick={() => {
                  close();
                  entry.act();
                }}
              >
                <Inert text={entry.name} />
                <span className="muted">
                  <Inert text={entry.note} />
                </span>
              </li>
            ))}
          </ul>
          {found.length === 0 && <p className="empty">Nothing here is called that.</p>}
          <p className="hint keys">
            <kbd>g</kbd> then <kbd>o a r d</kbd> screens · <kbd>/</kbd> filter · <kbd>j k</kbd> rows · <kbd>Enter</kbd>{" "}
            open · <kbd>c</kbd> copy address · <kbd>Esc</kbd> close
          </p>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
