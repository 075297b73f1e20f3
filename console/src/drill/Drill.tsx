import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { post } from "../api/client";
import { drill } from "../api/queries";
import type { DrillView, DrillViewStep } from "../api/types";
import { Mark } from "../records/Mark";
import type { Tone } from "../records/say";
import { Screen } from "../shell/Screen";
import { Id, Inert, Time, count, duration } from "../text/text";

/** The incident, re-enacted on this machine: each step first without Rein, then with it. */
export default function Drill(): ReactNode {
  const { data, error } = useQuery(drill);
  const [problem, setProblem] = useState("");
  const client = useQueryClient();
  const run = async () => {
    setProblem("");
    try {
      client.setQueryData(drill.queryKey, await post<DrillView>("/v1/drill", {}));
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : String(failure));
    }
  };
  const running = data?.state === "running";
  return (
    <Screen
      title="Drill"
      question="Would the incident of the mining agent be stopped on this machine?"
      aside={
        <button type="button" className="primary" onClick={run} disabled={running || data === undefined}>
          {running ? "Running…" : "Run the drill"}
        </button>
      }
    >
      {(problem !== "" || error !== null) && (
        <p className="error" role="alert">
          {problem || error?.message}
        </p>
      )}
      {data !== undefined && <Told view={data} />}
    </Screen>
  );
}

function Told({ view }: { readonly view: DrillView }): ReactNode {
  const held = view.steps.filter((step) => step.outcome === "HELD").length;
  return (
    <>
      <p className="lead" role="status">
        {sentence(view, held)}
      </p>
      {view.state === "idle" && (
        <p className="hint">
          It runs in two network namespaces of its own, with a Rein of its own: no run of yours is touched. Each step first
          happens without Rein, where it must succeed, and then with it.
        </p>
      )}
      {view.message !== undefined && (
        <pre className="mono message">
          <Inert text={view.message} />
        </pre>
      )}
      {view.started !== undefined && (
        <p className="hint">
          Started <Time iso={view.started} /> by <Inert text={view.person ?? "?"} />.
        </p>
      )}
      <div className="steps-head" aria-hidden="true">
        <span />
        <span>Step</span>
        <span>Without Rein</span>
        <span>With Rein</span>
        <span>Record</span>
      </div>
      <ol className="steps" aria-label="Steps" aria-live="polite">
        {view.titles.map((title, at) => (
          <Step
            key={title}
            title={title}
            step={view.steps[at]}
            now={view.state === "running" && at === view.steps.length}
          />
        ))}
      </ol>
    </>
  );
}

function sentence(view: DrillView, held: number): ReactNode {
  const { summary } = view;
  if (view.state === "idle") return "No drill has run since this node started.";
  if (view.state === "running") {
    return `${held} of ${view.titles.length} steps held so far. It takes about a minute.`;
  }
  if (summary === undefined) return "The drill could not tell: it ended before its story did.";
  return (
    <>
      {held} of {count(summary.steps.length, "step")} held.{" "}
      {summary.steps
        .filter((step) => step.outcome !== "HELD")
        .map((step) => `${step.outcome === "FAILED" ? "Failed" : "Could not tell"}: ${step.title}. `)}
      {summary.packetToSuspensionMillis !== undefined &&
        `From the first forbidden packet to suspension: ${duration(summary.packetToSuspensionMillis)}. `}
      {count(summary.processesLeft, "process", "processes")} left, the audit log{" "}
      {summary.auditVerified ? "verified" : "did not verify"}. Made again from their records,{" "}
      {count(summary.again.decided, "decision", "decisions")} came out{" "}
      {summary.again.changed === 0 ? "the same" : `otherwise ${summary.again.changed} times`}.
      {summary.incident !== undefined && (
        <span className="incident-sentence">
          <Inert text={summary.incident} />
        </span>
      )}
    </>
  );
}

const OUTCOMES: Readonly<Record<string, readonly [Tone, string]>> = {
  HELD: ["allowed", "Held"],
  FAILED: ["denied", "Failed"],
  COULD_NOT_TELL: ["attention", "Could not tell"],
};

interface StepProps {
  readonly title: string;
  readonly step: DrillViewStep | undefined;
  readonly now: boolean;
}

function Step({ title, step, now }: StepProps): ReactNode {
  if (step === undefined) {
    return (
      <li className={now ? "now" : "later"} aria-busy={now}>
        <span className="outcome">{now ? "Now" : ""}</span>
        <span className="step-title">{title}</span>
      </li>
    );
  }
  const [tone, word] = OUTCOMES[step.outcome] ?? (["attention", step.outcome] as const);
  return (
    <li>
      <span className={`outcome ${tone}`}>
        <Mark tone={tone} /> {word}
      </span>
      <span className="step-title">{step.title}</span>
      <span>
        <span className="column-name">Without Rein: </span>
        <Inert text={step.control} />
      </span>
      <span>
        <span className="column-name">With Rein: </span>
        <Inert text={step.contained} />
      </span>
      <span>
        {step.record !== undefined && (
          <Id text={step.record} short={step.record.slice(step.record.lastIndexOf("/") + 1)} what="the record's address" />
        )}
      </span>
    </li>
  );
}
