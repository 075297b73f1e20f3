import type { AgentView, DenialView, DoctorView, IncidentView, OrderView, RatesView, RunView, Status } from "../api/types";
import { count } from "../text/text";

/** All that the overview's sentences are made of; what could not be asked is missing. */
export interface Facts {
  readonly status: Status;
  readonly runs: readonly RunView[];
  readonly incidents: readonly IncidentView[];
  readonly stops: readonly OrderView[];
  readonly rates: RatesView;
  readonly selfTest: DoctorView;
  readonly agents: readonly AgentView[];
  readonly denials: readonly DenialView[];
}

export function live(runs: readonly RunView[]): readonly RunView[] {
  return runs.filter((run) => run.state !== "ended");
}

/** Incidents that still ask something of somebody: their run goes on, or is only frozen. */
export function open(facts: Facts): readonly IncidentView[] {
  const going = new Set(live(facts.runs).map((run) => run.id));
  return facts.incidents.filter((incident) => going.has(incident.run));
}

/** Is anything wrong? The worst first. */
export function wrong(facts: Facts): string {
  const parts: string[] = [];
  const now = live(facts.runs);
  const suspended = now.filter((run) => run.state === "suspended").length;
  const standing = open(facts).length;
  if (facts.status.problems.length > 0) parts.push(`${count(facts.status.problems.length, "problem")} with Rein itself.`);
  if (standing > 0) parts.push(`${count(standing, "incident is", "incidents are")} open.`);
  if (suspended > 0) parts.push(`${count(suspended, "run is", "runs are")} suspended.`);
  if (parts.length === 0) {
    return now.length === 0 ? "Nothing is wrong, and nothing runs." : `Nothing is wrong. ${count(now.length, "run")} under way.`;
  }
  return parts.join(" ");
}

/** Is everything covered? What is not observed is said, never left out. */
export function covered(facts: Facts): { readonly whole: boolean; readonly sentence: string } {
  const now = live(facts.runs);
  const loose = now.filter((run) => run.level !== "contained").length;
  const failed = facts.selfTest.tries.filter((each) => !each.held).length;
  const lost = Object.values(facts.rates.losses).reduce((sum, each) => sum + each, 0);
  const blind = facts.status.problems.some((problem) => problem.startsWith("Program starts are not observed"));
  const gaps: string[] = [];
  if (loose > 0) gaps.push(`${count(loose, "live run is", "live runs are")} not contained`);
  if (failed > 0) gaps.push(`${failed} of ${facts.selfTest.tries.length} self-tests did not hold`);
  if (blind) gaps.push("program starts are not observed");
  if (lost > 0) gaps.push(`${count(lost, "observation was", "observations were")} lost in the last hour`);
  if (gaps.length > 0) return { whole: false, sentence: `Not everything is covered: ${gaps.join(", ")}.` };
  const runs =
    now.length === 0
      ? "Everything that starts will be covered"
      : now.length === 1
        ? "The live run is contained"
        : `All ${now.length} live runs are contained`;
  return { whole: true, sentence: `${runs}: one way out, every program start and decision recorded.` };
}

export interface Task {
  readonly key: string;
  readonly words: string;
  readonly detail: string;
  readonly run?: string;
  readonly agent?: string;
  readonly denial?: DenialView;
}

/** What waits for a person. */
export function tasks(facts: Facts): readonly Task[] {
  const suspended = live(facts.runs)
    .filter((run) => run.state === "suspended")
    .map((run) => ({
      key: run.id,
      words: `Resume or kill run ${run.shortId} of ${run.agent}`,
      detail: `owner ${run.owner}`,
      run: run.id,
    }));
  // A suspended run is a question of its own; what it was denied can wait for the answer.
  const frozen = new Set(facts.runs.filter((run) => run.state === "suspended").map((run) => run.shortId));
  const denials = facts.denials.filter((denial) => !frozen.has(denial.run)).map((denial) => ({
    key: denial.id,
    words: `Approve or leave: ${denial.agent} to ${denial.destination}`,
    detail:
      denial.held !== undefined
        ? `waits at its door for an ${denial.held.role}, in run ${denial.run}`
        : denial.proposed === undefined
          ? `denied in run ${denial.run}`
          : `proposed by ${denial.proposed.by}, needs ${count(denial.people, "person", "people")}`,
    denial,
  }));
  const proposed = facts.agents
    .filter((agent) => agent.state === "proposed")
    .map((agent) => ({
      key: `agent ${agent.name}`,
      words: `Register or retire agent ${agent.name}`,
      detail: `proposed, owner ${agent.owner}${agent.charter === undefined ? ", no charter" : ""}`,
      agent: agent.name,
    }));
  return [...suspended, ...denials, ...proposed];
}
