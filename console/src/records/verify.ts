import type { ProofView } from "../api/types";

export type Checked = "sound" | "wrong" | "not-checked";

/**
 * Checks an inclusion proof here, in the browser, from the record's own text (RFC 9162 §2.1.3.2); the server is not
 * believed. Browsers give SHA-256 only to pages from HTTPS or from this machine.
 */
export async function verify(proof: ProofView): Promise<Checked> {
  if (globalThis.crypto?.subtle === undefined) return "not-checked";
  const lines = proof.checkpoint.split("\n");
  if (lines[1] !== String(proof.size) || lines[2] !== proof.root) return "wrong";
  let hash = await sha256(0, new TextEncoder().encode(proof.record));
  if (base64(hash) !== proof.leaf) return "wrong";
  let fn = proof.index;
  let sn = proof.size - 1;
  if (fn > sn) return "wrong";
  for (const step of proof.proof) {
    if (sn === 0) return "wrong";
    const sibling = bytes(step);
    if (fn % 2 === 1 || fn === sn) {
      hash = await sha256(1, sibling, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else {
      hash = await sha256(1, hash, sibling);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && base64(hash) === proof.root ? "sound" : "wrong";
}

async function sha256(prefix: number, ...parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const whole = new Uint8Array(1 + parts.reduce((sum, part) => sum + part.length, 0));
  whole[0] = prefix;
  let at = 1;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

function base64(data: Uint8Array): string {
  return btoa(String.fromCharCode(...data));
}
