package rein.inspect;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import rein.inspect.gate.Automaton;
import rein.inspect.rule.Rule;

/** All rules behind one automaton. Immutable. */
final class RuleIndex {
    /** What a keyword of the automaton is for. */
    sealed interface Use {
        /** Rules to be tried where it begins. */
        record Tries(int length, List<CompiledRule> rules) implements Use {}

        /** A context word: it is remembered where it was last. */
        record Word(int number) implements Use {}

        /** A digit: a number may begin here. */
        record Digit() implements Use {}

        /** Something that another view of the text may read otherwise. */
        record Written() implements Use {}
    }

    /** A rule of numbers, with what is asked of a number before the rule is tried. */
    record OfNumbers(CompiledRule rule, int from, int to, int separators, int back) {
        static OfNumbers of(CompiledRule compiled) {
            Rule rule = compiled.rule();
            int bits = rule.separators().chars().map(Finder::bit).reduce(0, (a, b) -> a | b);
            return new OfNumbers(
                    compiled,
                    rule.digits().getFirst(),
                    rule.digits().getLast(),
                    bits,
                    Math.max(0, rule.back()));
        }
    }

    /** First bytes of what {@link rein.inspect.view.PlainView} undoes. */
    private static final byte[] WRITTEN = {
        '\\',
        '%',
        '&',
        0x1b,
        (byte) 0xc2,
        (byte) 0xcd,
        (byte) 0xe2,
        (byte) 0xef,
        (byte) 0xf3,
        (byte) 0xd0,
        (byte) 0xd1
    };

    final Automaton automaton;
    final List<CompiledRule> rules;
    final List<OfNumbers> ofNumbers;
    final int words;

    /** How far before a number a match may begin: the letters of a British insurance number. */
    final int beforeNumbers;

    private final Use[][] uses;

    RuleIndex(List<Rule> all) {
        Map<String, Integer> wordNumbers = new LinkedHashMap<>();
        List<CompiledRule> compiled = new ArrayList<>();
        for (Rule rule : all) {
            List<Integer> words =
                    rule.context().stream()
                            .map(word ->
                                    wordNumbers.computeIfAbsent(
                                            word.toLowerCase(Locale.ROOT), _ -> wordNumbers.size()))
                            .toList();
            compiled.add(CompiledRule.of(compiled.size(), rule, words));
        }
        Map<String, List<CompiledRule>> tried = new LinkedHashMap<>();
        for (CompiledRule each : compiled) {
            for (String keyword : each.rule().keywords()) {
                for (String spelt : spelt(keyword.toLowerCase(Locale.ROOT))) {
                    tried.computeIfAbsent(spelt, _ -> new ArrayList<>()).add(each);
                }
            }
        }
        Map<String, List<Use>> byText = new LinkedHashMap<>();
        tried.forEach((keyword, rules) ->
                add(byText, keyword, new Use.Tries(keyword.length(), List.copyOf(rules))));
        wordNumbers.forEach((word, number) -> add(byText, word, new Use.Word(number)));
        for (char digit = '0'; digit <= '9'; digit++) {
            add(byText, String.valueOf(digit), new Use.Digit());
        }
        List<byte[]> keywords = new ArrayList<>();
        for (String text : byText.keySet()) {
            keywords.add(text.getBytes(StandardCharsets.UTF_8));
        }
        List<List<Use>> usesOf = new ArrayList<>(byText.values());
        for (byte written : WRITTEN) {
            keywords.add(new byte[] {written});
            usesOf.add(List.of(new Use.Written()));
        }
        uses = usesOf.stream().map(each -> each.toArray(Use[]::new)).toArray(Use[][]::new);
        automaton = new Automaton(keywords);
        rules = List.copyOf(compiled);
        ofNumbers =
                compiled.stream()
                        .filter(each -> !each.rule().digits().isEmpty())
                        .map(OfNumbers::of)
                        .toList();
        words = wordNumbers.size();
        beforeNumbers = ofNumbers.stream().mapToInt(OfNumbers::back).max().orElse(0);
    }

    /** A {@code #} at the end stands for every digit. */
    private static List<String> spelt(String keyword) {
        if (!keyword.endsWith("#")) {
            return List.of(keyword);
        }
        String before = keyword.substring(0, keyword.length() - 1);
        return IntStream.range(0, 10).mapToObj(digit -> before + digit).toList();
    }

    private static void add(Map<String, List<Use>> byText, String text, Use use) {
        byText.computeIfAbsent(text, _ -> new ArrayList<>()).add(use);
    }

    Use[] uses(int keyword) {
        return uses[keyword];
    }
}
