import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { RunView } from "../api/types";
import { Inert, Time } from "../text/text";
import { State } from "./State";

/** Runs, one a line. */
export function RunList({ runs, none }: { readonly runs: readonly RunView[]; readonly none: string }): ReactNode {
  if (runs.length === 0) return <p className="empty good">{none}</p>;
  return (
    <ul className="runs" aria-label="Runs">
      {runs.map((run) => (
        <li key={run.id}>
          <Link to="/runs/$run" params={{ run: run.id }}>
            <State state={run.state} />
            <span className="run-agent">
              <b>
                <Inert text={run.agent} />
              </b>{" "}
              <span className="muted">
                for <Inert text={run.owner} />
              </span>
            </span>
            <span className="mono run-id">{run.shortId}</span>
            <span className="run-labels">
              {Object.entries(run.labels).map(([key, value]) => (
                <span key={key} className="label">
                  <Inert text={`${key}=${value}`} mono />
                </span>
              ))}
            </span>
            <span className="run-level">
              {run.level} · {run.pack}
            </span>
            <span className={run.denied > 0 ? "num denied-text" : "num muted"}>{run.denied} denied</span>
            <span className={run.findings > 0 ? "num attention-text" : "num muted"}>{run.findings} found</span>
            <Time iso={run.started} />
          </Link>
        </li>
      ))}
    </ul>
  );
}
