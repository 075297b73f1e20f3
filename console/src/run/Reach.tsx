import { useNavigate } from "@tanstack/react-router";
import type { KeyboardEvent, ReactNode } from "react";
import { quoted } from "../records/filter";
import { inert } from "../text/inert";
import type { Route } from "./model";

interface Props {
  readonly run: string;
  readonly shortId: string;
  readonly agent: string;
  readonly owner: string;
  readonly routes: readonly Route[];
}

/** More lines than a person follows; the rest is one node with a count. */
const DESTINATIONS_MAX = 18;
const ROW = 26;
const WIDTH = 860;
const NODE = { height: 20 } as const;
const COLUMNS = { owner: 0, agent: 150, run: 310, door: 440, thing: 560 } as const;

interface Node {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly text: string;
  readonly className: string;
  readonly filter?: string;
}

/** Person → agent → run → door → things reached, in columns that stay where they are between visits. */
export function Reach({ run, shortId, agent, owner, routes }: Props): ReactNode {
  const navigate = useNavigate();
  const shown = routes.slice(0, DESTINATIONS_MAX);
  const rest = routes.slice(DESTINATIONS_MAX);
  const rows = Math.max(1, shown.length + (rest.length > 0 ? 1 : 0));
  const height = rows * ROW + 26;
  const middle = 26 + (rows * ROW) / 2 - NODE.height / 2 - 3;
  const go = (filter: string) => void navigate({ to: "/activity", search: { q: filter } });
  const chain: Node[] = [
    { key: "owner", x: COLUMNS.owner, y: middle, width: 126, text: cut(owner, 17), className: "plain", filter: `owner:${quoted(owner)}` },
    { key: "agent", x: COLUMNS.agent, y: middle, width: 136, text: cut(agent, 18), className: "plain", filter: `agent:${quoted(agent)}` },
    { key: "run", x: COLUMNS.run, y: middle, width: 106, text: shortId, className: "plain mono", filter: `run:${run}` },
    { key: "door", x: COLUMNS.door, y: middle, width: 84, text: "egress", className: "plain door", filter: `run:${run} kind:decision` },
  ];
  const things: (Node & { readonly denied: boolean; readonly words: string })[] = shown.map((route, index) => {
    const denied = route.times.allowed === 0;
    return {
      key: route.key,
      x: COLUMNS.thing,
      y: 26 + index * ROW,
      width: WIDTH - COLUMNS.thing,
      text: cut(`${route.destination} ${route.protocol}`, 38),
      className: denied ? "denied mono" : "allowed mono",
      filter: `run:${run} destination:${quoted(route.destination)}`,
      denied,
      words: [
        route.times.allowed > 0 ? `${route.times.allowed} allowed` : "",
        route.times.denied > 0 ? `${route.times.denied} denied` : "",
      ]
        .filter((part) => part !== "")
        .join(", "),
    };
  });
  if (rest.length > 0) {
    things.push({
      key: "rest",
      x: COLUMNS.thing,
      y: 26 + shown.length * ROW,
      width: WIDTH - COLUMNS.thing,
      text: `and ${rest.length} more`,
      className: "plain",
      filter: `run:${run} kind:decision`,
      denied: rest.every((route) => route.times.allowed === 0),
      words: "",
    });
  }
  const mid = (node: Node) => node.y + NODE.height / 2;
  const door = chain[3] as Node;
  const act = (filter: string | undefined) => ({
    role: "link",
    tabIndex: 0,
    onClick: () => filter !== undefined && go(filter),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === "Enter" && filter !== undefined) go(filter);
    },
  });
  return (
    // biome-ignore lint: it scrolls, so the keyboard must reach it
    <div className="reach" role="region" aria-label="Picture of the reach" tabIndex={0}>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} width={WIDTH} height={height} role="group" aria-label={`What run ${shortId} reached`}>
        {(Object.entries({ Person: COLUMNS.owner, Agent: COLUMNS.agent, Run: COLUMNS.run, Door: COLUMNS.door, Things: COLUMNS.thing }) as [string, number][]).map(
          ([name, x]) => (
            <text key={name} x={x} y={11} className="column-name">
              {name}
            </text>
          ),
        )}
        {chain.slice(0, 3).map((node, index) => {
          const next = chain[index + 1] as Node;
          return <path key={node.key} className="edge" d={`M${node.x + node.width} ${mid(node)}H${next.x}`} />;
        })}
        {things.map((thing) => {
          const x = door.x + door.width;
          const bend = (x + thing.x) / 2;
          return (
            <path
              key={thing.key}
              className={thing.denied ? "edge denied" : "edge allowed"}
              d={`M${x} ${mid(door)}C${bend} ${mid(door)} ${bend} ${mid(thing)} ${thing.x} ${mid(thing)}`}
            />
          );
        })}
        {chain.map((node) => (
          <g key={node.key} {...act(node.filter)} aria-label={`${node.key} ${node.text}`} className={`node ${node.className}`}>
            <rect x={node.x} y={node.y} width={node.width} height={NODE.height} rx={3} />
            <text x={node.x + 8} y={node.y + 14}>
              {node.text}
            </text>
          </g>
        ))}
        {things.map((thing) => (
          <g key={thing.key} {...act(thing.filter)} aria-label={`${thing.text}: ${thing.words}`} className={`node ${thing.className}`}>
            <rect x={thing.x} y={thing.y} width={thing.width} height={NODE.height} rx={3} />
            <path className="sign" d={thing.denied ? `M${thing.x + 8} ${thing.y + 10}h8` : `m${thing.x + 8} ${thing.y + 10} 3 3 5-6`} />
            <text x={thing.x + 24} y={thing.y + 14}>
              {thing.text}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}

function cut(text: string, chars: number): string {
  const safe = inert(text);
  return safe.length <= chars ? safe : `${safe.slice(0, chars - 1)}…`;
}
