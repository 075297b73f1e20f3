import { Dialog } from "@base-ui/react/dialog";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useId, useState } from "react";
import { events, post } from "../api/client";
import type { ReceiptView, Resumed, RunView, StopPoint } from "../api/types";
import { Mark } from "../records/Mark";
import { Copy, Id, Inert, count, duration } from "../text/text";

export type Act = "suspend" | "kill" | "resume";

const WORDS: Readonly<Record<Act, { title: string; verb: string; does: string }>> = {
  suspend: {
    title: "Suspend",
    verb: "Suspend",
    does: "Its processes freeze and nothing of it passes a door. Nothing is lost; it can be resumed.",
  },
  kill: {
    title: "Kill",
    verb: "Kill",
    does: "Every process of it ends now. Work that it has not saved is lost. This cannot be undone.",
  },
  resume: {
    title: "Resume",
    verb: "Resume",
    does: "The stop order ends and the run goes on from where it was.",
  },
};

interface Props {
  readonly run: RunView;
  readonly act: Act;
  readonly close: () => void;
}

type Outcome =
  | { readonly state: "asking" }
  | { readonly state: "working" }
  | { readonly state: "stopped"; readonly receipt: ReceiptView }
  | { readonly state: "resumed"; readonly resumed: Resumed }
  | { readonly state: "failed"; readonly why: string };

/** Asks for the reason, then shows each enforcement point's answer as it comes, then the signed receipt. */
export function StopDialog({ run, act, close }: Props): ReactNode {
  const words = WORDS[act];
  const [reason, setReason] = useState("");
  const [outcome, setOutcome] = useState<Outcome>({ state: "asking" });
  const [names, setNames] = useState<readonly string[]>([]);
  const [points, setPoints] = useState<readonly StopPoint[]>([]);
  const field = useId();
  const client = useQueryClient();

  // The feed is open before the order is given, so that no answer is missed.
  useEffect(() => {
    const abort = new AbortController();
    const follow = async () => {
      for await (const batch of events("/v1/stops/live", abort.signal)) {
        for (const event of batch) {
          if (event.event === "points") setNames(JSON.parse(event.data) as string[]);
          else {
            const point = JSON.parse(event.data) as StopPoint;
            if (point.scope === `run ${run.id}`) setPoints((before) => [...before, point]);
          }
        }
      }
    };
    if (act !== "resume") follow().catch(() => undefined); // the receipt says everything, too
    return () => abort.abort();
  }, [act, run.id]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setOutcome({ state: "working" });
    setPoints([]);
    try {
      if (act === "resume") {
        const resumed = await post<Resumed>("/v1/resumes", { what: run.id, reason: reason.trim() });
        setOutcome({ state: "resumed", resumed });
      } else {
        const receipt = await post<ReceiptView>("/v1/stops", {
          run: run.id,
          fleet: false,
          kill: act === "kill",
          reason: reason.trim(),
        });
        setOutcome({ state: "stopped", receipt });
      }
    } catch (failure) {
      setOutcome({ state: "failed", why: failure instanceof Error ? failure.message : String(failure) });
    }
    void client.invalidateQueries();
  };

  const over = outcome.state === "stopped" || outcome.state === "resumed";
  return (
    <Dialog.Root open onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog stop">
          <Dialog.Title>
            {over ? (outcome.state === "resumed" ? "Resumed" : act === "kill" ? "Killed" : "Suspended") : words.title}{" "}
            run <span className="mono">{run.shortId}</span>
          </Dialog.Title>
          <Dialog.Description>
            {over ? (
              <>
                Agent <Inert text={run.agent} />, owner <Inert text={run.owner} />.
              </>
            ) : (
              <>
                Agent <Inert text={run.agent} />, owner <Inert text={run.owner} />. {words.does}
              </>
            )}
          </Dialog.Description>
          {outcome.state === "resumed" ? (
            <p className="sentence">{count(outcome.resumed.runs, "run goes", "runs go")} on.</p>
          ) : (
            act !== "resume" &&
            (outcome.state === "working" || outcome.state === "stopped") && (
              <Points names={names} points={points} receipt={outcome.state === "stopped" ? outcome.receipt : undefined} />
            )
          )}
          {outcome.state === "stopped" && <Receipt receipt={outcome.receipt} />}
          {outcome.state === "failed" && (
            <p className="error" role="alert">
              {outcome.why}
            </p>
          )}
          {over ? (
            <div className="buttons">
              <button type="button" className="primary" onClick={close}>
                Done
              </button>
            </div>
          ) : (
            <form onSubmit={submit}>
              <label htmlFor={field}>Reason</label>
              <textarea
                id={field}
                required
                rows={2}
                maxLength={500}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
                placeholder="Goes into the audit log, with your name"
              />
              <div className="buttons">
                <Dialog.Close className="plain">Cancel</Dialog.Close>
                <button
                  type="submit"
                  className={act === "resume" ? "primary" : "danger"}
                  disabled={reason.trim() === "" || outcome.state === "working"}
                >
                  {outcome.state === "working" ? "Ordered…" : words.verb}
                </button>
              </div>
            </form>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface PointsProps {
  readonly names: readonly string[];
  readonly points: readonly StopPoint[];
  readonly receipt: ReceiptView | undefined;
}

function Points({ names, points, receipt }: PointsProps): ReactNode {
  const all = receipt === undefined ? names : receipt.points.map((point) => point.name);
  return (
    <ol className="points" aria-label="Enforcement points" aria-live="polite">
      {all.map((name) => {
        const heard = points.find((point) => point.name === name);
        const signed = receipt?.points.find((point) => point.name === name);
        const confirmed = signed?.confirmed ?? heard?.confirmed;
        return (
          <li key={name} className={confirmed === undefined ? "pending" : confirmed ? "confirmed" : "unconfirmed"}>
            <Mark tone={confirmed === undefined ? "plain" : confirmed ? "allowed" : "denied"} />
            <b>{name}</b>
            <span>{signed?.answer ?? heard?.answer ?? "asked…"}</span>
            <span className="num muted">{heard === undefined ? "" : duration(heard.elapsedMicros / 1_000)}</span>
          </li>
        );
      })}
    </ol>
  );
}

function Receipt({ receipt }: { readonly receipt: ReceiptView }): ReactNode {
  return (
    <div className="receipt">
      <p className={receipt.complete ? "verdict allowed" : "verdict denied"}>
        <Mark tone={receipt.complete ? "allowed" : "denied"} />
        <span>
          {receipt.complete ? "Every enforcement point confirmed" : "Not every enforcement point confirmed"} within{" "}
          {duration(receipt.elapsedMicros / 1_000)}; {receipt.left === 0 ? "nothing is left" : `${receipt.left} left`}.
          {receipt.recordedLate && " It could not be recorded in time and is recorded late."}
        </span>
      </p>
      <dl>
        <div>
          <dt>Order</dt>
          <dd>
            <Id text={receipt.order} short={receipt.order.slice(-12)} what="the order's id" />
          </dd>
        </div>
        <div>
          <dt>Signed</dt>
          <dd>
            by key <Id text={receipt.keyId} what="the key's id" /> · signature <Copy text={receipt.signature} what="the signature" />
          </dd>
        </div>
      </dl>
    </div>
  );
}
