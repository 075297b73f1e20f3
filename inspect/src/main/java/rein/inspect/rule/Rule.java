package rein.inspect.rule;

import java.util.List;
import rein.vocabulary.Severity;

/**
 * One thing to look for, as data. The expression is tried where a keyword begins (or a number, for
 * a rule of numbers), and nowhere else: so clean text costs nothing and no text costs more than
 * {@code lengthMax} bytes of matching for each keyword in it.
 *
 * @param keywords where to try, ASCII, any case; the expression's match begins with one. A {@code
 *     #} at the end of one stands for any digit
 * @param digits instead of keywords: wherever a run of this many digits begins, from and to; single
 *     spaces, points, dashes and slashes between them do not end a run
 * @param separators of which a run of digits has at least one; empty if it need not
 * @param back how many bytes before its keyword a match begins; {@link #WORD} for where the word
 *     begins that the keyword is in
 * @param expression in the syntax of RE2, over bytes; group 1, if there is one, is the value
 * @param lengthMax of a match in bytes
 * @param entropyMin bits a character of the value, 0 for none
 * @param validators names of {@link Validators}; all must hold
 * @param context words of which one stands in the {@link #CONTEXT_BYTES} before a match
 * @param confidence from 0 to 1, with none of the context words nearby
 * @param confidenceInContext with one
 * @param inToken whether a match may begin and end inside a word
 * @param placeholders whether values that are plainly made up ({@code EXAMPLE}, {@code xxxx}) count
 * @param examples texts in which it is found, and {@code counterExamples} in which it is not
 */
public record Rule(
        String id,
        DataClass dataClass,
        Severity severity,
        List<String> keywords,
        List<Integer> digits,
        String separators,
        int back,
        String expression,
        int lengthMax,
        double entropyMin,
        List<String> validators,
        List<String> context,
        double confidence,
        double confidenceInContext,
        boolean inToken,
        boolean placeholders,
        List<String> examples,
        List<String> counterExamples) {
    /** A label and its number stand on one line of a form. */
    public static final int CONTEXT_BYTES = 64;

    /** A match begins with the word around its keyword: with what stands before an at sign. */
    public static final int WORD = -1;

    /** The longest thing that is looked for whole: a private key in PEM. */
    public static final int LENGTH_MAX = 8_192;

    /**
     * Checks what it is given.
     *
     * @throws IllegalArgumentException in a sentence that says what is wrong
     */
    public Rule {
        keywords = List.copyOf(keywords);
        validators = List.copyOf(validators);
        context = List.copyOf(context);
        examples = List.copyOf(examples);
        counterExamples = List.copyOf(counterExamples);
        digits = List.copyOf(digits);
        boolean numbers = digits.size() == 2 && digits.getFirst() <= digits.getLast();
        if (keywords.isEmpty() != numbers || digits.size() % 2 != 0) {
            throw new IllegalArgumentException(
                    id + ": it has keywords, or digits with the least and the most of them");
        }
        if (lengthMax < 1 || lengthMax > LENGTH_MAX) {
            throw new IllegalArgumentException(id + ": length is from 1 to " + LENGTH_MAX);
        }
    }

    public String family() {
        return dataClass.family();
    }
}
