import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { incidents, runs } from "../api/queries";
import type { IncidentView, RecordView, RunView } from "../api/types";
import { Detail } from "../records/Detail";
import { LiveRecords } from "../records/live";
import { Screen } from "../shell/Screen";
import { Controls } from "../stop/Controls";
import { Copy, Id, Inert, Time, count, duration } from "../text/text";
import { Approve } from "./Approve";
import { Reach } from "./Reach";
import { ReadContent } from "./ReadContent";
import { State } from "./State";
import { Timeline } from "./Timeline";
import { type Story, type Texts, story } from "./model";

const route = getRouteApi("/runs/$run");

/** Records that one run's picture is drawn from; Activity has the rest. */
const RECORDS_MAX = 5_000;

/** One run: what it did, what it reached, what was done about it. */
export default function Run(): ReactNode {
  const { run: id } = route.useParams();
  return <One key={id} id={id} />;
}

function One({ id }: { readonly id: string }): ReactNode {
  const { data: allRuns } = useQuery(runs);
  const { data: allIncidents } = useQuery(incidents);
  const records = useMemo(() => new LiveRecords(new URLSearchParams({ run: id }).toString(), RECORDS_MAX), [id]);
  useEffect(() => records.start(), [records]);
  const shown = useSyncExternalStore(records.subscribe, records.snapshot);
  const [picked, setPicked] = useState<RecordView | undefined>(undefined);
  const [texts, setTexts] = useState<Texts>({});
  const run = allRuns?.find((each) => each.id === id);
  const incident = allIncidents?.find((each) => each.run === id);
  const over = run === undefined || run.state === "ended";
  // A run that goes on is drawn up to its newest record, not to the clock: a still picture does not crawl.
  const newest = shown.rows[0]?.time;
  const told = useMemo(
    () => story(shown.rows, newest === undefined ? 0 : new Date(newest).getTime(), over),
    [shown.rows, newest, over],
  );
  const about = run ?? fromRecords(id, shown.rows);
  return (
    <Screen
      title={`Run ${id.slice(-8)}`}
      question="What did it do, what did it reach, and what was done about it?"
      aside={run !== undefined && <Controls run={run} />}
    >
      {about === undefined ? (
        <p className="empty">
          {shown.connection === "live" ? (
            <>
              <b>Nothing found.</b> No log of this node names run <Inert text={id} mono />.
            </>
          ) : shown.connection === "lost" ? (
            <>
              <b>Not observed.</b> {shown.problem || "The records cannot be read now."}
            </>
          ) : (
            "Reading the logs…"
          )}
        </p>
      ) : (
        <>
          <Head run={about} known={run !== undefined} />
          {incident !== undefined && <Incident incident={incident} rows={shown.rows} open={setPicked} />}
          <div className={picked === undefined ? "split" : "split open"}>
            <div className="split-main">
              <section className="panel" aria-labelledby="timeline">
                <header>
                  <h2 id="timeline">Timeline</h2>
                  <ReadContent run={id} got={setTexts} />
                </header>
                {told.losses.length > 0 && (
                  <p className="attention">
                    <b>Not everything was observed:</b> {count(told.losses.length, "record")} of this run say that something was lost.
                  </p>
                )}
                <Timeline story={told} texts={texts} open={setPicked} />
              </section>
              <section className="panel" aria-labelledby="reach">
                <header>
                  <h2 id="reach">Reach</h2>
                </header>
                <Reach run={id} shortId={about.shortId} agent={about.agent} owner={about.owner} routes={told.routes} />
                <Denied story={told} open={setPicked} />
              </section>
              <Link to="/activity" search={{ q: `run:${id}` }} className="more">
                All {shown.rows.length.toLocaleString("en-GB")}
                {shown.older === "none" ? "" : " and older"} records of this run in Activity
              </Link>
            </div>
            {picked !== undefined && <Detail key={picked.address} record={picked} close={() => setPicked(undefined)} />}
          </div>
        </>
      )}
    </Screen>
  );
}

function Head({ run, known }: { readonly run: RunView; readonly known: boolean }): ReactNode {
  const lasted = run.ended === undefined ? undefined : new Date(run.ended).getTime() - new Date(run.started).getTime();
  return (
    <div className="run-head">
      <p className="sentence">
        <State state={run.state} />{" "}
        <b>
          <Inert text={run.agent} />
        </b>{" "}
        for <Inert text={run.owner} />
        {run.pack !== "" && (
          <>
            , {run.level}, pack {run.pack}
          </>
        )}
        .
      </p>
      <dl className="inline">
        <div>
          <dt>Run</dt>
          <dd>
            <Id text={run.id} what="the run's id" />
          </dd>
        </div>
        <div>
          <dt>Started</dt>
          <dd>
            <Time iso={run.started} copy />
          </dd>
        </div>
        {lasted !== undefined && (
          <div>
            <dt>Lasted</dt>
            <dd className="num">{duration(lasted)}</dd>
          </div>
        )}
        {known && (
          <>
            <div>
              <dt>Denied</dt>
              <dd className={run.denied > 0 ? "num denied-text" : "num"}>{run.denied}</dd>
            </div>
            <div>
              <dt>Findings</dt>
              <dd className={run.findings > 0 ? "num attention-text" : "num"}>{run.findings}</dd>
            </div>
          </>
        )}
        {Object.entries(run.labels).map(([key, value]) => (
          <div key={key}>
            <dt>
              <Inert text={key} />
            </dt>
            <dd>
              <Inert text={value} mono />
              <Copy text={`${key}=${value}`} what="the label" />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

interface IncidentProps {
  readonly incident: IncidentView;
  readonly rows: readonly RecordView[];
  readonly open: (record: RecordView) => void;
}

function Incident({ incident, rows, open }: IncidentProps): ReactNode {
  return (
    <section className={`panel incident ${incident.severity}`} aria-labelledby="incident">
      <header>
        <h2 id="incident">Incident</h2>
        <span className="incident-meta">
          <span className="severity">{incident.severity}</span> <Time iso={incident.opened} />
          <Copy text={incident.id} what="the incident's id" />
        </span>
      </header>
      <p className="sentence">
        <Inert text={incident.sentence} />
      </p>
      <ul className="findings">
        {incident.findings.map((finding) => (
          <li key={`${finding.rule} ${finding.evidence.join()}`}>
            <span>
              <b className="severity">{finding.severity}</b> <Inert text={finding.sentence} />
            </span>
            <span className="muted techniques">{finding.techniques.join(" · ")}</span>
            <span className="evidence">
              {finding.evidence.map((id) => {
                const row = rows.find((each) => each.id === id);
                return row === undefined ? (
                  <Link key={id} to="/activity" search={{ q: `id:${id}` }} className="mono">
                    {id.slice(-8)}
                  </Link>
                ) : (
                  <button type="button" key={id} className="link mono" onClick={() => open(row)}>
                    {row.address.slice(row.address.lastIndexOf("/") + 1)}
                  </button>
                );
              })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The same as the graph, for those who do not look at it. */
function Denied({ story, open }: { readonly story: Story; readonly open: (record: RecordView) => void }): ReactNode {
  const denied = story.routes.filter((route) => route.times.denied > 0);
  if (denied.length === 0) return <p className="hint">Nothing that it tried was denied.</p>;
  return (
    <details className="denied-list" open>
      <summary>
        {count(denied.length, "destination")} denied
      </summary>
      <ul>
        {denied.slice(0, 50).map((route) => {
          const last = route.denied.at(-1) as RecordView;
          return (
            <li key={route.key}>
              <button type="button" className="link" onClick={() => open(last)}>
                <Inert text={route.destination} mono />
              </button>
              <Copy text={route.destination} what="the destination" />
              <span className="muted">
                {route.protocol}, {count(route.times.denied, "time")}
              </span>
              <Approve record={last} />
            </li>
          );
        })}
      </ul>
    </details>
  );
}

/** A run from before this node started: what its records say of it. */
function fromRecords(id: string, rows: readonly RecordView[]): RunView | undefined {
  const oldest = rows.at(-1);
  if (oldest === undefined) return undefined;
  const started = rows.find((row) => row.kind === "run-started");
  const ended = rows.find((row) => row.kind === "run-ended");
  return {
    id,
    shortId: id.slice(-8),
    agent: oldest.agent ?? "",
    owner: oldest.owner ?? "",
    state: "ended",
    level: "",
    pack: started?.detail.pack ?? "",
    labels: oldest.labels,
    started: oldest.time,
    ...(ended === undefined ? {} : { ended: ended.time }),
    denied: 0,
    findings: 0,
  };
}
