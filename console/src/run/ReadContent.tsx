import { type FormEvent, type ReactNode, useId, useState } from "react";
import { Dialog } from "@base-ui/react/dialog";
import { post } from "../api/client";
import type { ContentView } from "../api/types";
import type { Texts } from "./model";

/** Program names and arguments are the owner's: they are read for a reason, and the reading is on record. */
export function ReadContent({ run, got }: { readonly run: string; readonly got: (texts: Texts) => void }): ReactNode {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState("");
  const field = useId();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      got((await post<ContentView>("/v1/content-reads", { run, reason: reason.trim() })).texts);
      setOpen(false);
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : String(failure));
    }
  };
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Read names and arguments…
      </button>
      {open && (
        <Dialog.Root open onOpenChange={setOpen}>
          <Dialog.Portal>
            <Dialog.Backdrop className="backdrop" />
            <Dialog.Popup className="dialog">
              <Dialog.Title>Read names and arguments</Dialog.Title>
              <Dialog.Description>
                They are kept apart, encrypted, since people's work may be in them. That you read them, and why, goes into the
                audit log first.
              </Dialog.Description>
              <form onSubmit={submit}>
                <label htmlFor={field}>Reason</label>
                <textarea id={field} required rows={2} value={reason} onChange={(event) => setReason(event.target.value)} />
                {problem !== "" && (
                  <p className="error" role="alert">
                    {problem}
                  </p>
                )}
                <div className="buttons">
                  <Dialog.Close className="plain">Cancel</Dialog.Close>
                  <button type="submit" className="primary" disabled={reason.trim() === ""}>
                    Read
                  </button>
                </div>
              </form>
            </Dialog.Popup>
          </Dialog.Portal>
        </Dialog.Root>
      )}
    </>
  );
}
