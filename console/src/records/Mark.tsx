import type { ReactNode } from "react";
import type { Tone } from "./say";

/** A shape for each meaning: a tick, a dash, a triangle, a dot. */
export function Mark({ tone }: { readonly tone: Tone }): ReactNode {
  return (
    <svg className={`mark ${tone}`} viewBox="0 0 12 12" aria-hidden="true">
      {tone === "allowed" && <path d="m2.5 6.5 2.4 2.4 4.6-5.4" />}
      {tone === "denied" && <path d="M2.5 6h7" />}
      {tone === "attention" && <path d="M6 2.2 10.4 10H1.6z" />}
      {tone === "plain" && <circle cx="6" cy="6" r="1.4" />}
    </svg>
  );
}
