/** One piece of text: as it is, or a character that must not act, named. */
export type Piece = { readonly text: string } | { readonly code: string };

/**
 * Characters that are not seen but act: controls, direction and format characters (Unicode category Cc, Cf, Zl, Zp),
 * private use, unassigned and lone surrogates. Text that an agent chose could use them to look like other text.
 */
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}\u00a0\u115f\u1160\u3164\uffa0\ufe00-\ufe0f]/u;

/** More combining marks than any script stacks on one letter. */
const STACKED = /(\p{M}{4})\p{M}+/gu;

/** Splits text into what can be shown and what is named instead. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let plain = "";
  for (const char of text.replace(STACKED, "$1\ufffd")) {
    if (ACTING.test(char)) {
      if (plain !== "") found.push({ text: plain });
      plain = "";
      found.push({ code: name(char) });
    } else {
      plain += char;
    }
  }
  if (plain !== "" || found.length === 0) found.push({ text: plain });
  return found;
}

/** The same as one string, for titles and labels. */
export function inert(text: string): string {
  return pieces(text)
    .map((piece) => ("text" in piece ? piece.text : `⟨${piece.code}⟩`))
    .join("");
}

function name(char: string): string {
  switch (char) {
    case "\n":
      return "↵";
    case "\t":
      return "⇥";
    default:
      return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  }
}
