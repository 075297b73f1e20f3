import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { runs } from "../api/queries";
import { Screen } from "../shell/Screen";
import { RunList } from "./RunList";

/** Every run that this node remembers. */
export default function Runs(): ReactNode {
  const { data, error } = useQuery(runs);
  const going = data?.filter((run) => run.state !== "ended") ?? [];
  const over = data?.filter((run) => run.state === "ended") ?? [];
  return (
    <Screen title="Runs" question="What runs now, and what ran before?">
      {error !== null && (
        <p className="error" role="alert">
          <b>Not observed.</b> {error.message}
        </p>
      )}
      {data !== undefined && (
        <>
          <section className="panel" aria-labelledby="now">
            <header>
              <h2 id="now">Now</h2>
              <span className="num muted">{going.length}</span>
            </header>
            <RunList runs={going} none="Nothing runs. Start an agent: rein run -- COMMAND" />
          </section>
          <section className="panel" aria-labelledby="before">
            <header>
              <h2 id="before">Ended</h2>
              <span className="num muted">{over.length}</span>
            </header>
            <RunList runs={over} none="No run has ended since this node started. Earlier ones are in Activity." />
          </section>
        </>
      )}
    </Screen>
  );
}
