import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { DenialView } from "../api/types";
import { agents, incidents, rates, runs, selfTest, status, stops } from "../api/queries";
import { Mark } from "../records/Mark";
import { quoted } from "../records/filter";
import { ApproveDialog } from "../run/Approve";
import { RunList } from "../run/RunList";
import { approvals } from "../run/approvals";
import { Screen } from "../shell/Screen";
import { Controls } from "../stop/Controls";
import { Copy, Inert, Time, count } from "../text/text";
import { Chart } from "./Chart";
import { type Facts, covered, live, open, tasks, wrong } from "./sentences";

/** Is anything wrong, and is everything covered? */
export function Overview(): ReactNode {
  const asked = useQueries({ queries: [status, runs, incidents, stops, rates, selfTest, agents, approvals] });
  const [aStatus, aRuns, aIncidents, aStops, aRates, aTest, aAgents, aApprovals] = asked;
  const failed = asked.find((each) => each.error !== null && each.data === undefined);
  const whole =
    aStatus.data && aRuns.data && aIncidents.data && aStops.data && aRates.data && aTest.data && aAgents.data && aApprovals.data
      ? {
          status: aStatus.data,
          runs: aRuns.data,
          incidents: aIncidents.data,
          stops: aStops.data,
          rates: aRates.data,
          selfTest: aTest.data,
          agents: aAgents.data.items,
          denials: aApprovals.data.denials,
        }
      : undefined;
  return (
    <Screen title="Overview" question="Is anything wrong, and is everything covered?">
      {failed !== undefined && (
        <p className="error" role="alert">
          <b>Not observed.</b> {failed.error?.message}
        </p>
      )}
      {whole === undefined ? failed === undefined && <div className="loading" aria-busy="true" /> : <Whole facts={whole} />}
    </Screen>
  );
}

function Whole({ facts }: { readonly facts: Facts }): ReactNode {
  const coverage = covered(facts);
  const todo = tasks(facts);
  const [approving, setApproving] = useState<DenialView | undefined>(undefined);
  const bad = open(facts).length > 0 || facts.status.problems.length > 0;
  return (
    <>
      <div className="lead-block">
        <p className={bad ? "lead bad" : "lead"} role="status">
          {wrong(facts)}
        </p>
        <p className={coverage.whole ? "coverage" : "coverage attention"}>
          <Mark tone={coverage.whole ? "allowed" : "attention"} /> <span>{coverage.sentence}</span>
        </p>
        {facts.status.problems.map((problem) => (
          <p key={problem} className="coverage attention">
            <Mark tone="attention" /> <Inert text={problem} />
          </p>
        ))}
      </div>
      <div className="columns">
        <div className="column">
          <Incidents facts={facts} />
          <Chart rates={facts.rates} />
          <section className="panel" aria-labelledby="runs">
            <header>
              <h2 id="runs">Runs</h2>
              <Levels facts={facts} />
            </header>
            <RunList runs={live(facts.runs)} none="Nothing runs. Start an agent: rein run -- COMMAND" />
            <Link to="/runs" className="more">
              All runs since this node started
            </Link>
          </section>
        </div>
        <div className="column narrow">
          <section className="panel" aria-labelledby="todo">
            <header>
              <h2 id="todo">Waits for a person</h2>
              <span className="num muted">{todo.length}</span>
            </header>
            {todo.length === 0 ? (
              <p className="empty good">Nothing waits.</p>
            ) : (
              <ul className="todo">
                {todo.slice(0, 8).map((task) => (
                  <li key={task.key}>
                    <Mark tone="attention" />
                    <span>
                      {task.denial !== undefined ? (
                        <button type="button" className="link" onClick={() => setApproving(task.denial)}>
                          <Inert text={task.words} />
                        </button>
                      ) : task.run !== undefined ? (
                        <Link to="/runs/$run" params={{ run: task.run }}>
                          <Inert text={task.words} />
                        </Link>
                      ) : (
                        <Link to="/activity" search={{ q: `agent:${quoted(task.agent ?? "")}` }}>
                          <Inert text={task.words} />
                        </Link>
                      )}
                      <span className="muted block">
                        <Inert text={task.detail} />
                      </span>
                    </span>
                  </li>
                ))}
                {todo.length > 8 && <li className="muted">and {todo.length - 8} more</li>}
              </ul>
            )}
          </section>
          {approving !== undefined && (
            <ApproveDialog
              denial={approving.shortId}
              agent={approving.agent}
              destination={approving.destination}
              {...(approving.held === undefined ? {} : { held: approving.held })}
              close={() => setApproving(undefined)}
            />
          )}
          <Trust facts={facts} />
          <section className="panel" aria-labelledby="drill-call">
            <header>
              <h2 id="drill-call">Does it hold?</h2>
            </header>
            <p>Re-enact the incident of the mining agent on this machine, without and with Rein.</p>
            <Link to="/drill" className="button">
              Run the drill
            </Link>
          </section>
        </div>
      </div>
    </>
  );
}

function Incidents({ facts }: { readonly facts: Facts }): ReactNode {
  const going = new Map(facts.runs.map((run) => [run.id, run]));
  const { incidents } = facts;
  const quiet = Object.keys(facts.rates.losses).length === 0 && facts.status.problems.length === 0;
  return (
    <section className="panel" aria-labelledby="incidents">
      <header>
        <h2 id="incidents">Incidents</h2>
        <span className="num muted">{incidents.length}</span>
      </header>
      {incidents.length === 0 ? (
        <p className={quiet ? "empty good" : "empty attention"}>
          {quiet ? (
            <>
              <b>Nothing found.</b> Every record since this node started was examined.
            </>
          ) : (
            <>
              <b>Nothing found in what was observed.</b> Something was not: see above.
            </>
          )}
        </p>
      ) : (
        <ul className="incidents">
          {incidents.slice(0, 5).map((incident) => {
            const run = going.get(incident.run);
            return (
              <li key={incident.id} className={`incident ${incident.severity}`}>
                <p className="incident-meta">
                  <span className="severity">{incident.severity}</span>
                  <Time iso={incident.opened} />
                  <Copy text={incident.id} what="the incident's id" />
                  {run !== undefined && <span className="muted">run {run.state}</span>}
                </p>
                <p className="sentence">
                  <Link to="/runs/$run" params={{ run: incident.run }}>
                    <Inert text={incident.sentence} />
                  </Link>
                </p>
                {run !== undefined && run.state !== "ended" && <Controls run={run} />}
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

const LEVELS = ["contained", "gateway", "observe"] as const;

function Levels({ facts }: { readonly facts: Facts }): ReactNode {
  const now = live(facts.runs);
  return (
    <span className="legend">
      {LEVELS.map((level) => {
        const many = now.filter((run) => run.level === level).length;
        return (
          <span key={level} className={many === 0 ? "muted" : ""}>
            <b className="num">{many}</b> {level}
          </span>
        );
      })}
    </span>
  );
}

/** What the sentences above rest on. */
function Trust({ facts }: { readonly facts: Facts }): ReactNode {
  const { status, selfTest } = facts;
  const held = selfTest.tries.filter((each) => each.held).length;
  const unsigned = status.logs.reduce((sum, log) => sum + log.size - log.signed, 0);
  return (
    <section className="panel" aria-labelledby="trust">
      <header>
        <h2 id="trust">What this rests on</h2>
      </header>
      <ul className="facts">
        <li>
          <Mark tone={held === selfTest.tries.length ? "allowed" : "attention"} />
          <details>
            <summary>
              Self-test: {held} of {selfTest.tries.length} held at the start
            </summary>
            <ul>
              {selfTest.tries.map((each) => (
                <li key={each.name}>
                  <Mark tone={each.held ? "allowed" : "denied"} /> {each.name}
                  <span className="muted block">
                    <Inert text={each.happened} />
                  </span>
                </li>
              ))}
            </ul>
          </details>
        </li>
        {status.logs.map((log) => (
          <li key={log.origin}>
            <Mark tone="allowed" />
            <span>
              <span className="mono">
                <Inert text={log.origin} />
              </span>
              <Copy text={log.verifierKey} what="the verifier key" />
              <span className="muted block">
                {count(log.size, "record")}, {log.signed === log.size ? "all" : log.signed.toLocaleString("en-GB")} under a
                signed checkpoint
              </span>
            </span>
          </li>
        ))}
        {unsigned > 0 && <li className="muted">{count(unsigned, "record waits", "records wait")} for the next checkpoint.</li>}
        <li>
          <Mark tone={status.witnessed ? "allowed" : "attention"} />
          <span>{status.witnessed ? "Witnessed outside this machine" : "No witness outside this machine keeps checkpoints"}</span>
        </li>
        <li>
          <Mark tone={status.singleOperator ? "attention" : "allowed"} />
          <span>{status.singleOperator ? "Single operator: one person is registered" : "More than one person is registered"}</span>
        </li>
        <li>
          <Mark tone={status.database.includes("not") ? "attention" : "plain"} />
          <span>Database {status.database}</span>
        </li>
      </ul>
    </section>
  );
}
