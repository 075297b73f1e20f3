import type { ReactNode } from "react";
import type { RecordView } from "../api/types";
import { Mark } from "../records/Mark";
import { say } from "../records/say";
import { Inert, bytes, clock, duration } from "../text/text";
import { type Process, type Route, type Story, type Texts, time } from "./model";

/** A screenful many times over; Activity has every record. */
const ROWS_MAX = 150;

/** Where the axis says how long after the start. */
const SCALE = [0, 0.25, 0.5, 0.75] as const;

interface Props {
  readonly story: Story;
  readonly texts: Texts;
  readonly open: (record: RecordView) => void;
}

/** Processes as they came from each other, and connections, over the same time. */
export function Timeline({ story, texts, open }: Props): ReactNode {
  const span = story.to - story.from;
  const at = (when: number) => `${Math.min(100, Math.max(0, ((when - story.from) / span) * 100)).toFixed(2)}%`;
  const agents = story.processes.filter((process) => !process.ours);
  const ours = story.processes.length - agents.length;
  const least = Math.min(...agents.map((process) => process.depth), 0);
  return (
    // biome-ignore lint: it scrolls, so the keyboard must reach it
    <div className="timeline" role="region" aria-label="Lanes of the timeline" tabIndex={0}>
      <div className="axis">
        <span className="lane-name">
          {clock(new Date(story.from).toISOString())} <span className="muted">and {duration(span)} on</span>
        </span>
        <span className="lane">
          {SCALE.map((part) => (
            <i key={part} className="scale" style={{ left: `${part * 100}%` }}>
              {part > 0 && duration(span * part)}
            </i>
          ))}
        </span>
      </div>
      <h3>The run</h3>
      <ul className="lanes">
        {story.events.slice(0, ROWS_MAX).map((event) => (
          <EventLane key={event.address} event={event} at={at} open={open} />
        ))}
      </ul>
      <h3>
        Processes{" "}
        <span className="muted">
          {agents.length} seen{ours > 0 && `, ${ours} of Rein's own not shown`}; ends of processes are not observed
        </span>
      </h3>
      {agents.length === 0 && <p className="empty">No program start of this run is on record.</p>}
      <ul className="lanes">
        {agents.slice(0, ROWS_MAX).map((process) => (
          <ProcessLane key={process.pid} process={process} least={least} texts={texts} at={at} open={open} />
        ))}
      </ul>
      {agents.length > ROWS_MAX && <p className="hint">and {agents.length - ROWS_MAX} more processes; Activity has them all</p>}
      <h3>
        Connections <span className="muted">{story.routes.length} destinations</span>
      </h3>
      {story.routes.length === 0 && <p className="empty">Nothing found: it tried no destination.</p>}
      <ul className="lanes">
        {story.routes.slice(0, ROWS_MAX).map((route) => (
          <RouteLane key={route.key} route={route} to={story.to} at={at} open={open} />
        ))}
      </ul>
    </div>
  );
}

interface LaneProps {
  readonly at: (when: number) => string;
  readonly open: (record: RecordView) => void;
}

function EventLane({ event, at, open }: LaneProps & { readonly event: RecordView }): ReactNode {
  const said = say(event);
  return (
    <li>
      <button type="button" className="lane-name" onClick={() => open(event)}>
        <Mark tone={said.tone} />
        <b>{said.word}</b>
        <span className="muted ellipsis">
          <Inert text={said.about} />
        </span>
      </button>
      <span className="lane">
        <i className={`event ${said.tone}`} style={{ left: at(time(event)) }} title={clock(event.time)} />
      </span>
    </li>
  );
}

function ProcessLane({
  process,
  least,
  texts,
  at,
  open,
}: LaneProps & { readonly process: Process; readonly least: number; readonly texts: Texts }): ReactNode {
  const last = process.starts.at(-1) as RecordView;
  const read = texts[last.id];
  const name = read === undefined ? undefined : commandLine(read);
  const begun = Math.min(...process.starts.map(time));
  return (
    <li>
      <button type="button" className="lane-name" onClick={() => open(last)} style={{ paddingLeft: (process.depth - least) * 12 }}>
        {name === undefined ? <span className="mono muted">process {process.pid}</span> : <Inert text={name} mono />}
      </button>
      <span className="lane">
        <i className="seen" style={{ left: at(begun), right: `calc(100% - ${at(process.seenUntil)})` }} />
        {process.starts.map((start) => (
          <i
            key={start.address}
            className={start.detail["writable-path"] === "true" ? "tick attention" : "tick"}
            style={{ left: at(time(start)) }}
            title={`${clock(start.time)}${start.detail["writable-path"] === "true" ? " · from a folder that the agent can write" : ""}`}
          />
        ))}
      </span>
    </li>
  );
}

/** Arguments are kept apart by a unit separator; one that holds a space is shown in quotes, as a shell would need it. */
function commandLine(read: Readonly<Record<string, string>>): string | undefined {
  return read.argv
    ?.split("\u001f")
    .map((argument) => (/^[^\s"']+$/.test(argument) ? argument : `"${argument}"`))
    .join(" ") ?? read.file;
}

function RouteLane({ route, to, at, open }: LaneProps & { readonly route: Route; readonly to: number }): ReactNode {
  const denied = route.times.denied > 0;
  const shown = route.denied[0] ?? route.allowed[0];
  return (
    <li>
      <button type="button" className="lane-name" onClick={() => shown !== undefined && open(shown)}>
        <Mark tone={denied ? "denied" : "allowed"} />
        <Inert text={route.destination} mono />
        <span className="muted">
          {route.protocol} · {denied && `${route.times.denied} denied`}
          {denied && route.times.allowed > 0 && ", "}
          {route.times.allowed > 0 &&
            `${route.times.allowed} allowed, ${bytes(route.bytes.sent)} out, ${bytes(route.bytes.received)} in`}
        </span>
      </button>
      <span className="lane">
        {route.allowed.map((record) => {
          const end = route.ends.get(record.id);
          return (
            <i
              key={record.address}
              className={end === undefined ? "flow open" : "flow"}
              style={{ left: at(time(record)), right: `calc(100% - ${at(end === undefined ? to : time(end))})` }}
              title={end === undefined ? "open, or its end is not on record" : duration(time(end) - time(record))}
            />
          );
        })}
        {route.denied.map((record) => (
          <i key={record.address} className="dash" style={{ left: at(time(record)) }} title={`Denied ${clock(record.time)}`} />
        ))}
      </span>
    </li>
  );
}
