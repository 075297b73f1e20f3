import assert from "node:assert/strict";
import { test } from "node:test";
import { parse, quoted, toggled } from "../../src/records/filter";

const NOW = Date.parse("2026-11-01T14:00:00Z");
const asked = (text: string) => decodeURIComponent(parse(text, NOW).query.toString());

test("keys become the API's parameters, other words are searched for", () => {
  assert.equal(asked("agent:coder decision:deny"), "agent=coder&decision=deny");
  assert.equal(asked('label:"job=4 2" tunnel'), "label=job=4+2&text=tunnel");
  assert.equal(asked("-kind:exec"), "kind=-exec");
  assert.equal(asked("kind:decision,flow"), "kind=decision,flow");
  assert.equal(asked("https://example.com/x"), "text=https://example.com/x");
  assert.equal(asked(""), "");
});

test("times are absolute or ago", () => {
  assert.equal(asked("from:15m"), "from=2026-11-01T13:45:00.000Z");
  assert.equal(asked("to:2026-11-01T13:00:00Z"), "to=2026-11-01T13:00:00.000Z");
  assert.match(parse("from:yesterday", NOW).errors.join(), /15m/);
});

test("what cannot be asked says why, and is not asked", () => {
  assert.match(parse("agnt:x", NOW).errors.join(), /There is no filter “agnt:”/);
  assert.match(parse("run:", NOW).errors.join(), /waits for a run's id/);
  assert.match(parse("run:a run:b", NOW).errors.join(), /may stand once/);
  assert.match(parse("-agent:x", NOW).errors.join(), /Only kinds/);
  assert.equal(parse("agnt:x", NOW).query.size, 0);
});

test("a word is put in, replaces its key, and is taken out again", () => {
  assert.equal(toggled("agent:a", "decision:deny"), "agent:a decision:deny");
  assert.equal(toggled("agent:a decision:deny", "decision:deny"), "agent:a");
  assert.equal(toggled("kind:exec agent:a", "-kind:exec"), "agent:a -kind:exec");
  assert.equal(quoted("a b"), '"a b"');
});
