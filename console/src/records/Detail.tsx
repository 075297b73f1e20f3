import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { ProblemError } from "../api/client";
import { proof as proofQuery } from "../api/queries";
import type { ProofView, RecordView } from "../api/types";
import { Approve } from "../run/Approve";
import { Copy, Id, Inert, Time, bytes, duration } from "../text/text";
import { Mark } from "./Mark";
import { quoted } from "./filter";
import { say, withoutCode } from "./say";
import { type Checked, verify } from "./verify";

/** One record: what, who, why, by which policy, and the proof that it is in the log. */
export function Detail({ record, close }: { readonly record: RecordView; readonly close: () => void }): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  const said = say(record);
  useEffect(() => {
    const before = document.activeElement === document.body ? null : document.activeElement;
    const key = (event: KeyboardEvent) => {
      if (event.key === "Escape" && document.querySelector("[role=dialog]") === null) {
        close();
        if (before instanceof HTMLElement) before.focus();
      }
    };
    window.addEventListener("keydown", key);
    return () => window.removeEventListener("keydown", key);
  }, [close]);
  return (
    <aside className="detail" aria-label="One record">
      <header>
        <h2 ref={heading} tabIndex={-1}>
          <Mark tone={said.tone} /> {said.word} <Inert text={said.about} />
        </h2>
        <button type="button" className="quiet" onClick={close} aria-label="Close the record" title="Close (Esc)">
          ✕
        </button>
      </header>
      {record.reasons.map((reason) => (
        <p key={reason} className="sentence">
          <Inert text={withoutCode(reason)} />
        </p>
      ))}
      <Approve record={record} />
      <dl>
        <Row name="When">
          <Time iso={record.time} copy />
        </Row>
        {record.agent !== undefined && (
          <Row name="Who">
            <Inert text={record.agent} />
            {record.owner !== undefined && (
              <>
                {" "}
                for <Inert text={record.owner} />
              </>
            )}
          </Row>
        )}
        {record.person !== undefined && (
          <Row name="Person">
            <Inert text={record.person} />
          </Row>
        )}
        {record.run !== undefined && (
          <Row name="Run">
            <Link to="/runs/$run" params={{ run: record.run }} className="mono">
              {record.run.slice(-8)}
            </Link>
            <Copy text={record.run} what="the run's id" />
          </Row>
        )}
        {Object.entries(record.labels).map(([key, value]) => (
          <Row key={key} name={key}>
            <Inert text={value} mono />
          </Row>
        ))}
        {record.action !== undefined && (
          <Row name="Action">
            <span className="mono">{record.action}</span>
          </Row>
        )}
        {record.resource !== undefined && (
          <Row name="On">
            <Id text={record.resource} what="the destination" />
            {record.kind === "decision" && (
              <Link to="/activity" search={{ q: `destination:${quoted(record.resource)}` }} className="more">
                everybody who tried
              </Link>
            )}
          </Row>
        )}
        {record.kind === "decision" && (
          <Row name="Policy">
            {record.policies.length === 0 ? (
              <span>{record.decision === "deny" ? "None permits it, so it is denied." : "—"}</span>
            ) : (
              record.policies.map((policy) => <Id key={policy} text={policy} what="the policy's id" />)
            )}
          </Row>
        )}
        {Object.entries(record.detail).map(([key, value]) => (
          <Row key={key} name={words(key)}>
            <Inert text={value} mono />
            {value.length > 7 && <Copy text={value} what={words(key)} />}
          </Row>
        ))}
        {Object.entries(record.sizes).map(([key, value]) => (
          <Row key={key} name={words(key)}>
            <span className="num">{size(key, value)}</span>
          </Row>
        ))}
        {record.cause !== undefined && (
          <Row name="Led to by">
            <Link to="/activity" search={{ q: `id:${record.cause}` }} className="mono">
              {record.cause.slice(-8)}
            </Link>
          </Row>
        )}
        <Row name="Record">
          <Id text={record.address} what="the record's address" />
        </Row>
      </dl>
      <Proof address={record.address} />
    </aside>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>
        <Inert text={name} />
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

function Proof({ address }: { readonly address: string }): ReactNode {
  const { data, error } = useQuery(proofQuery(address));
  const [checked, setChecked] = useState<Checked | "checking">("checking");
  useEffect(() => {
    let gone = false;
    if (data !== undefined) void verify(data).then((result) => gone || setChecked(result));
    return () => {
      gone = true;
    };
  }, [data]);
  if (error !== null) {
    return (
      <section className="proof">
        <h3>Proof</h3>
        <p>{error instanceof ProblemError ? error.message : "The proof could not be asked for."}</p>
      </section>
    );
  }
  return (
    <section className="proof" aria-busy={data === undefined}>
      <h3>Proof</h3>
      {data === undefined ? <p>Asking for the proof…</p> : <Verdict proof={data} checked={checked} />}
    </section>
  );
}

function Verdict({ proof, checked }: { readonly proof: ProofView; readonly checked: Checked | "checking" }): ReactNode {
  const good = proof.verified && checked !== "wrong";
  return (
    <>
      <p className={good ? "verdict allowed" : "verdict denied"}>
        <Mark tone={good ? "allowed" : "denied"} />
        <span>
          {good ? "It is in the log" : "The proof does not hold"}: leaf {proof.index} of {proof.size}, by{" "}
          {proof.proof.length} hashes.{" "}
          {checked === "sound" && "Recomputed in this browser."}
          {checked === "wrong" && "This browser comes to another root. Run rein audit verify."}
          {checked === "not-checked" && "Not recomputed here: that needs HTTPS, or this machine."}
        </span>
      </p>
      <dl>
        <Row name="Leaf">
          <Id text={proof.leaf} short={`${proof.leaf.slice(0, 18)}…`} what="the leaf hash" />
        </Row>
        <Row name="Root">
          <Id text={proof.root} short={`${proof.root.slice(0, 18)}…`} what="the root hash" />
        </Row>
        <Row name="Checkpoint">
          <span>
            {proof.size} records, signed <Copy text={proof.checkpoint} what="the signed checkpoint" />
          </span>
        </Row>
        <Row name="Offline">
          <Id text={`rein audit prove ${proof.address}`} what="the command" />
        </Row>
      </dl>
      <details>
        <summary>The record as it is hashed</summary>
        <pre className="mono">
          <Inert text={proof.record} />
        </pre>
        <Copy text={proof.record} what="the record" />
      </details>
    </>
  );
}

function words(key: string): string {
  const text = key.replaceAll("-", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function size(key: string, value: number): string {
  if (key.endsWith("-bytes")) return bytes(value);
  if (key.endsWith("-micros")) return duration(value / 1_000);
  if (key.endsWith("-millis")) return duration(value);
  return value.toLocaleString("en-GB");
}
