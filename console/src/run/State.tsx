import type { ReactNode } from "react";
import { Mark } from "../records/Mark";

const WORD: Readonly<Record<string, string>> = {
  starting: "Starting",
  running: "Running",
  suspended: "Suspended",
  ended: "Ended",
};

/** A run's state as a word with its mark. */
export function State({ state }: { readonly state: string }): ReactNode {
  const tone = state === "running" ? "allowed" : state === "suspended" ? "attention" : "plain";
  return (
    <span className={`state ${tone}`}>
      <Mark tone={tone} />
      {WORD[state] ?? state}
    </span>
  );
}
