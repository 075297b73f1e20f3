package rein.inspect;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.safere.Matcher;
import rein.inspect.gate.Ascii;
import rein.inspect.gate.Automaton;
import rein.inspect.rule.Rule;

/** One pass over one text. Used by one thread, once. */
final class Finder implements Automaton.Hits {

    /** Numbers longer than any that a rule asks for. */
    private static final int NUMBER_BYTES_MAX = 64;

    private static final int WORD_BYTES_MAX = 64;

    private static final long NEVER = Long.MIN_VALUE / 2;

    private final RuleIndex index;
    private final double threshold;
    private final byte[] text;
    private final int to;
    private final long[] wordEnds;
    private final @Nullable Matcher[] matchers;
    private final List<Match> found = new ArrayList<>();
    private final SortedSet<String> unfinished = new TreeSet<>();
    private @Nullable String latin;
    private int[] written = new int[16];
    private int writtenCount;
    private final Allowance allowance;
    private int openFrom;

    Finder(RuleIndex index, double threshold, byte[] text, int to, Allowance allowance) {
        this.index = index;
        this.threshold = threshold;
        this.text = text;
        this.to = to;
        this.openFrom = to;
        this.allowance = allowance;
        this.wordEnds = new long[index.words];
        Arrays.fill(wordEnds, NEVER);
        this.matchers = new Matcher[index.rules.size()];
    }

    Finder run() {
        int begun = index.automaton.scan(text, 0, to, this);
        openFrom = Math.min(openFrom, to - begun);
        return this;
    }

    List<Match> found() {
        return found;
    }

    /** Rules that the bound on tries kept from being tried everywhere. */
    SortedSet<String> unfinished() {
        return unfinished;
    }

    /** Where another view might read it otherwise, in order. */
    int[] written() {
        return Arrays.copyOf(written, writtenCount);
    }

    private void noteWritten(int at) {
        if (writtenCount == written.length) {
            written = Arrays.copyOf(written, writtenCount * 2);
        }
        written[writtenCount++] = at;
    }

    /** Where the first candidate begins that more text could still make a match, or the end. */
    int openFrom() {
        return openFrom;
    }

    @Override
    public void at(int keyword, int end) {
        for (RuleIndex.Use use : index.uses(keyword)) {
            switch (use) {
                case RuleIndex.Use.Tries(int length, List<CompiledRule> rules) -> {
                    for (CompiledRule rule : rules) {
                        attempt(rule, start(rule.rule().back(), end - length));
                    }
                }
                case RuleIndex.Use.Word(int number) -> wordEnds[number] = end;
                case RuleIndex.Use.Digit() -> number(end - 1);
                case RuleIndex.Use.Written() -> {
                    if (mayBeWritten(end - 1)) {
                        noteWritten(end - 1);
                    }
                }
            }
        }
    }

    /** Where a match begins whose keyword is at a place. */
    private int start(int back, int keyword) {
        if (back != Rule.WORD) {
            return keyword - back;
        }
        int i = keyword;
        while (i > 0 && keyword - i < WORD_BYTES_MAX && isOfName(text[i - 1])) {
            i--;
        }
        return i;
    }

    /** What stands before an at sign (RFC 5321 §4.5.3.1.1 has 64 octets). */
    private static boolean isOfName(byte b) {
        return Ascii.isWord(b) || b == '.' || b == '-' || b == '+' || b == '%';
    }

    /** Whether what begins here is more than an ordinary character: cheap, and no proof. */
    private boolean mayBeWritten(int at) {
        int next = at + 1 < to ? text[at + 1] & 0xff : 0;
        return switch (text[at] & 0xff) {
            case '%' -> Character.digit(next, 16) >= 0;
            case '&' -> next == '#' || Ascii.isLetter(next);
            case 0xe2 -> next == 0x80 || next == 0x81;
            case 0xef -> next == 0xbb || next == 0xbc || next == 0xbd || next == 0xb8;
            default -> true;
        };
    }

    private void number(int at) {
        if ((at > 0 && Ascii.isWord(text[at - 1])) || goesOn(at - 1, at - 2)) {
            return;
        }
        int digits = 0;
        int separators = 0;
        int i = at;
        int limit = Math.min(to, at + NUMBER_BYTES_MAX);
        while (i < limit) {
            if (Ascii.isDigit(text[i])) {
                digits++;
            } else if (isSeparator(text[i]) && i + 1 < limit && Ascii.isDigit(text[i + 1])) {
                separators |= bit(text[i]);
            } else {
                break;
            }
            i++;
        }
        boolean open = i == to || (i == to - 1 && isSeparator(text[i]));
        for (RuleIndex.OfNumbers each : index.ofNumbers) {
            boolean fits =
                    digits >= each.from()
                            && digits <= each.to()
                            && (each.separators() == 0 || (each.separators() & separators) != 0);
            if (fits || open) {
                attempt(each.rule(), at - each.back());
            }
        }
    }

    static int bit(int separator) {
        return switch (separator) {
            case ' ' -> 1;
            case '-' -> 2;
            case '.' -> 4;
            default -> 8;
        };
    }

    private void attempt(CompiledRule compiled, int at) {
        Rule rule = compiled.rule();
        boolean inContext = isInContext(compiled, at);
        double confidence = inContext ? rule.confidenceInContext() : rule.confidence();
        if (at < 0 || confidence < threshold || (!rule.inToken() && isWithinWord(at))) {
            return;
        }
        if (at + rule.lengthMax() >= to) {
            openFrom = Math.min(openFrom, at);
        }
        if (!allowance.takeTry()) {
            unfinished.add(rule.id());
            return;
        }
        Matcher matcher = matcher(compiled);
        matcher.region(at, Math.min(to, at + rule.lengthMax()));
        if (!matcher.lookingAt()) {
            return;
        }
        int end = matcher.end();
        boolean partly = !rule.digits().isEmpty() && goesOn(end, end + 1);
        if (partly || (!rule.inToken() && isWithinWord(end))) {
            return;
        }
        int group = matcher.groupCount() > 0 && matcher.start(1) >= 0 ? 1 : 0;
        int start = matcher.start(group);
        int stop = matcher.end(group);
        if (stop <= start) {
            return;
        }
        String value = latin().substring(start, stop);
        if (compiled.holds(value)) {
            allowance.takeFind();
            found.add(
                    new Match(
                            rule.id(),
                            rule.dataClass(),
                            rule.severity(),
                            confidence,
                            start,
                            stop,
                            List.of(),
                            Evidence.of(value, rule.family())));
        }
    }

    private boolean isInContext(CompiledRule rule, int at) {
        for (int word : rule.contextWords()) {
            if (wordEnds[word] >= at - Rule.CONTEXT_BYTES) {
                return true;
            }
        }
        return false;
    }

    private Matcher matcher(CompiledRule rule) {
        Matcher known = matchers[rule.number()];
        if (known == null) {
            known = rule.pattern().matcher(latin());
            matchers[rule.number()] = known;
        }
        return known;
    }

    /** A byte a character: places in it are places in the bytes. */
    private String latin() {
        String known = latin;
        if (known == null) {
            known = new String(text, 0, to, StandardCharsets.ISO_8859_1);
            latin = known;
        }
        return known;
    }

    /** Whether a number goes on over a point, dash or slash: then what was found is part of it. */
    private boolean goesOn(int separator, int digit) {
        return Math.min(separator, digit) >= 0
                && Math.max(separator, digit) < to
                && text[separator] != ' '
                && isSeparator(text[separator])
                && Ascii.isDigit(text[digit]);
    }

    private static boolean isSeparator(byte b) {
        return b == ' ' || b == '-' || b == '.' || b == '/';
    }

    private boolean isWithinWord(int place) {
        return place > 0
                && place < to
                && Ascii.isWord(text[place - 1])
                && Ascii.isWord(text[place]);
    }
}
