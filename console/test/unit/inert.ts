import assert from "node:assert/strict";
import { test } from "node:test";
import { inert, pieces } from "../../src/text/inert";

test("plain text stays as it is, in every script", () => {
  for (const text of ["", "example.com:443", "naïve — ünïcödé", "日本語", "שלום", "👍"]) {
    assert.equal(inert(text), text);
  }
});

test("every character that acts is named", () => {
  for (const code of [0x00, 0x07, 0x1b, 0x7f, 0x85, 0xad, 0x200b, 0x200f, 0x202e, 0x2066, 0x2069, 0x2028, 0xfeff, 0xe0041, 0xfe0f, 0xd800]) {
    const shown = inert(`a${String.fromCodePoint(code)}b`);
    assert.match(shown, /^a⟨U\+[0-9A-F]{4,6}⟩b$/, code.toString(16));
  }
  assert.equal(inert("a\nb\tc"), "a⟨↵⟩b⟨⇥⟩c");
});

test("stacked marks do not pour over the lines around", () => {
  const tall = `a${"\u0300".repeat(50)}`;
  assert.ok([...inert(tall)].length < 8);
  assert.deepEqual(pieces("<b>"), [{ text: "<b>" }]);
});
