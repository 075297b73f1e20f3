import { type ReactNode, useState } from "react";
import type { RunView } from "../api/types";
import { type Act, StopDialog } from "./StopDialog";

/** What can be done to a run now; each asks for a reason. */
export function Controls({ run }: { readonly run: RunView }): ReactNode {
  const [act, setAct] = useState<Act | undefined>(undefined);
  return (
    <div className="controls">
      {run.state === "suspended" && (
        <button type="button" onClick={() => setAct("resume")}>
          Resume…
        </button>
      )}
      {(run.state === "running" || run.state === "starting") && (
        <button type="button" className="danger" onClick={() => setAct("suspend")}>
          Suspend…
        </button>
      )}
      {run.state !== "ended" && (
        <button type="button" className="danger" onClick={() => setAct("kill")}>
          Kill…
        </button>
      )}
      {act !== undefined && <StopDialog run={run} act={act} close={() => setAct(undefined)} />}
    </div>
  );
}
