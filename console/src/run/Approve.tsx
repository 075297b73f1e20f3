import { Dialog } from "@base-ui/react/dialog";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import type { ApprovalAnswer, DenialViewHeld, RecordView } from "../api/types";
import { Inert } from "../text/text";
import { type Terms, approve, refuse } from "./approvals";

const TERMS: readonly (readonly [Terms, string])[] = [
  ["once", "one connection"],
  ["run", "this run"],
  ["time", "24 hours, this agent"],
];

/** A denial that a person may lift. */
export function Approve({ record }: { readonly record: RecordView }): ReactNode {
  const [open, setOpen] = useState(false);
  const denial = record.approve;
  if (denial === undefined) return null;
  return (
    <p className="approve">
      <button type="button" onClick={() => setOpen(true)}>
        Approve…
      </button>
      {open && (
        <ApproveDialog
          denial={denial}
          agent={record.agent ?? ""}
          destination={record.resource ?? ""}
          close={() => setOpen(false)}
        />
      )}
    </p>
  );
}

interface Props {
  readonly denial: string;
  readonly agent: string;
  readonly destination: string;
  /** While the request itself waits: it is let through once, or refused. */
  readonly held?: DenialViewHeld;
  readonly close: () => void;
}

const SAID: Readonly<Record<string, string>> = {
  "needs-second-person": "Proposed: a second person has to approve it, too.",
  "let-through": "Let through, this one request. The next one asks again.",
  refused: "Refused.",
};

/** Grants an agent exactly what it was denied, for as short as will do. */
export function ApproveDialog({ denial, agent, destination, held, close }: Props): ReactNode {
  const [terms, setTerms] = useState<Terms>("run");
  const [reason, setReason] = useState("");
  const [answer, setAnswer] = useState<ApprovalAnswer | undefined>(undefined);
  const [problem, setProblem] = useState("");
  const field = useId();
  const client = useQueryClient();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void say(() => approve(denial, held === undefined ? terms : "once", reason.trim()));
  };
  const say = async (how: () => Promise<ApprovalAnswer>) => {
    setProblem("");
    try {
      setAnswer(await how());
      void client.invalidateQueries();
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : String(failure));
    }
  };
  return (
    <Dialog.Root open onOpenChange={(next) => !next && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <Dialog.Title>Approve</Dialog.Title>
          <Dialog.Description>
            {held === undefined ? (
              <>
                <Inert text={agent} /> may connect to <Inert text={destination} mono />, and to nothing else besides.
              </>
            ) : (
              <>
                <Inert text={agent} /> waits to reach <Inert text={destination} mono /> until{" "}
                <time dateTime={held.until}>{new Date(held.until).toLocaleTimeString()}</time>. Its policy wants each
                such request approved by an {held.role}.
              </>
            )}
          </Dialog.Description>
          {answer !== undefined ? (
            <>
              <p className="sentence" role="status">
                {SAID[answer.state] ?? "Granted."}{" "}
                {answer.note !== undefined && <Inert text={answer.note} />}
              </p>
              <div className="buttons">
                <button type="button" className="primary" onClick={close}>
                  Done
                </button>
              </div>
            </>
          ) : (
            <form onSubmit={submit}>
              {held === undefined && (
                <fieldset>
                  <legend>For</legend>
                  {TERMS.map(([value, words]) => (
                    <label key={value} className="choice">
                      <input type="radio" name="terms" checked={terms === value} onChange={() => setTerms(value)} />{" "}
                      {words}
                    </label>
                  ))}
                </fieldset>
              )}
              <label htmlFor={field}>Reason</label>
              <textarea id={field} required rows={2} value={reason} onChange={(event) => setReason(event.target.value)} />
              {problem !== "" && (
                <p className="error" role="alert">
                  {problem}
                </p>
              )}
              <div className="buttons">
                <Dialog.Close className="plain">Cancel</Dialog.Close>
                {held !== undefined && (
                  <button type="button" className="plain" onClick={() => void say(() => refuse(denial, reason.trim()))}>
                    Refuse
                  </button>
                )}
                <button type="submit" className="primary" disabled={reason.trim() === ""}>
                  {held === undefined ? "Approve" : "Let through once"}
                </button>
              </div>
            </form>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
