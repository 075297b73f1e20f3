import { type ReactNode, useEffect, useRef, useState } from "react";
import { inert, pieces } from "./inert";

/** Text that somebody else chose: shown, never acting, its direction its own. */
export function Inert({ text, mono = false }: { readonly text: string; readonly mono?: boolean }): ReactNode {
  return (
    <bdi className={mono ? "mono" : undefined}>
      {pieces(text).map((piece, at) =>
        "text" in piece ? (
          piece.text
        ) : (
          // biome-ignore lint: pieces have no identity but their place
          <span key={at} className="acting" title="a character that cannot be seen">
            {piece.code}
          </span>
        ),
      )}
    </bdi>
  );
}

/** Copies exactly what was recorded, acting characters included. */
export function Copy({ text, what }: { readonly text: string; readonly what: string }): ReactNode {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  const timer = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const copy = async () => {
    setState((await put(text)) ? "copied" : "failed");
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setState("idle"), 1_500);
  };
  const said = state === "copied" ? "Copied" : state === "failed" ? "Not copied" : `Copy ${what}`;
  return (
    <button type="button" className={`copy ${state}`} aria-label={said} title={said} onClick={copy}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        {state === "copied" ? (
          <path d="m3 8.5 3.2 3.2L13 5" />
        ) : state === "failed" ? (
          <path d="m4 4 8 8m0-8-8 8" />
        ) : (
          <path d="M5.5 5.5v-3h8v8h-3m-8-5h8v8h-8z" />
        )}
      </svg>
    </button>
  );
}

export async function put(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // plain HTTP to another machine: the browser gives no clipboard
  }
}

/** An id, a hash, an address: in full for copying, short for reading. */
export function Id({
  text,
  short,
  what,
}: {
  readonly text: string;
  readonly short?: string;
  readonly what: string;
}): ReactNode {
  return (
    <span className="id">
      <span className="mono" title={inert(text)}>
        <Inert text={short ?? text} />
      </span>
      <Copy text={text} what={what} />
    </span>
  );
}

const CLOCK = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

export function clock(iso: string): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? "—" : CLOCK.format(time);
}

/** How long ago, in words. */
export function ago(iso: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - new Date(iso).getTime()) / 1_000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** To the second in 24 h, the day if it is not today; how long ago on hover. */
export function Time({ iso, copy = false }: { readonly iso: string; readonly copy?: boolean }): ReactNode {
  const time = new Date(iso);
  const today = time.toDateString() === new Date().toDateString();
  return (
    <span className="id">
      <time dateTime={iso} title={`${iso} · ${ago(iso, Date.now())}`} className="num">
        {today ? "" : `${DAY.format(time)} `}
        {clock(iso)}
      </time>
      {copy && <Copy text={iso} what="the time" />}
    </span>
  );
}

export function duration(millis: number): string {
  if (millis < 1_000) return `${Math.max(0, Math.round(millis))} ms`;
  if (millis < 60_000) return `${(millis / 1_000).toFixed(1)} s`;
  if (millis < 3_600_000) return `${Math.floor(millis / 60_000)} min ${Math.round((millis % 60_000) / 1_000)} s`;
  return `${Math.floor(millis / 3_600_000)} h ${Math.round((millis % 3_600_000) / 60_000)} min`;
}

export function bytes(count: number): string {
  if (count < 1_000) return `${count} B`;
  if (count < 1_000_000) return `${(count / 1_000).toFixed(1)} kB`;
  return `${(count / 1_000_000).toFixed(1)} MB`;
}

const PLAIN = new Intl.NumberFormat("en-GB");

export function count(number: number, one: string, many = `${one}s`): string {
  return `${PLAIN.format(number)} ${number === 1 ? one : many}`;
}
