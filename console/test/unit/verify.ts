import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { ProofView } from "../../src/api/types";
import { verify } from "../../src/records/verify";

const sha = (prefix: number, ...parts: Buffer[]) => createHash("sha256").update(Buffer.concat([Buffer.from([prefix]), ...parts])).digest();

/** RFC 9162 §2.1.1 and §2.1.3.1, as short as can be. */
function root(leaves: Buffer[]): Buffer {
  if (leaves.length === 1) return leaves[0] as Buffer;
  const split = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return sha(1, root(leaves.slice(0, split)), root(leaves.slice(split)));
}
function path(index: number, leaves: Buffer[]): Buffer[] {
  if (leaves.length === 1) return [];
  const split = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return index < split
    ? [...path(index, leaves.slice(0, split)), root(leaves.slice(split))]
    : [...path(index - split, leaves.slice(split)), root(leaves.slice(0, split))];
}
function proof(index: number, size: number): ProofView {
  const records = Array.from({ length: size }, (_, at) => `{"n":${at},"name":"é"}`);
  const leaves = records.map((record) => sha(0, Buffer.from(record)));
  const top = root(leaves).toString("base64");
  return {
    address: `log@${index}`,
    verified: true,
    index,
    size,
    leaf: (leaves[index] as Buffer).toString("base64"),
    root: top,
    proof: path(index, leaves).map((hash) => hash.toString("base64")),
    checkpoint: `log\n${size}\n${top}\n\n— log x\n`,
    verifierKey: "",
    record: records[index] as string,
  };
}

test("every proof of every small tree is sound, and of no other record", async () => {
  for (let size = 1; size <= 17; size++) {
    for (let index = 0; index < size; index++) {
      const right = proof(index, size);
      assert.equal(await verify(right), "sound", `${index} of ${size}`);
      assert.equal(await verify({ ...right, record: `${right.record} ` }), "wrong");
      assert.equal(await verify({ ...right, index: (index + 1) % size }), size === 1 ? "sound" : "wrong");
      assert.equal(await verify({ ...right, checkpoint: `log\n${size + 1}\n${right.root}\n` }), "wrong");
      const [one, ...rest] = right.proof;
      if (one !== undefined) assert.equal(await verify({ ...right, proof: rest }), "wrong");
      assert.equal(await verify({ ...right, proof: [...right.proof, right.leaf] }), "wrong");
    }
  }
});
