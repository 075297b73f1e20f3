package rein.inspect.rule;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.safere.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import rein.vocabulary.Severity;

/**
 * Rules in YAML: {@code rules:} and a list. Of a rule, {@code id}, {@code class}, {@code match} and
 * {@code keywords} (or {@code digits}) must be there; docs/reference/inspect-rules.md has all keys.
 * In examples a {@code ¦} is left out when they are read, so that no file of rules holds text that
 * looks like a secret.
 */
public final class RuleFile {
    private static final int CHARS_MAX = 4 * 1024 * 1024;
    private static final int RULES_MAX = 5_000;
    private static final int LENGTH_DEFAULT = 256;
    private static final Set<String> KEYS =
            Set.of(
                    "id",
                    "class",
                    "severity",
                    "keywords",
                    "digits",
                    "separators",
                    "back",
                    "match",
                    "length",
                    "entropy",
                    "checks",
                    "context",
                    "confidence",
                    "in-token",
                    "placeholders",
                    "yes",
                    "no");

    private RuleFile() {}

    /**
     * Reads the rules of a text.
     *
     * @param name of the file, for messages
     * @throws IllegalArgumentException in a sentence that names the rule and what is wrong
     */
    public static List<Rule> read(String name, String yaml) {
        if (yaml.length() > CHARS_MAX) {
            throw new IllegalArgumentException(
                    name + " is longer than " + CHARS_MAX + " characters");
        }
        Object all;
        try {
            all = new Load(LoadSettings.builder().setLabel(name).build()).loadFromString(yaml);
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
        if (!(all instanceof Map<?, ?> top)
                || !top.keySet().equals(Set.of("rules"))
                || !(top.get("rules") instanceof List<?> list)) {
            throw new IllegalArgumentException(name + " holds one key, rules, with a list");
        }
        if (list.size() > RULES_MAX) {
            throw new IllegalArgumentException(name + " has more than " + RULES_MAX + " rules");
        }
        List<Rule> rules = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (Object each : list) {
            Rule rule = rule(name + ", rule " + (rules.size() + 1), each);
            if (!ids.add(rule.id())) {
                throw new IllegalArgumentException(
                        name + ": the id " + rule.id() + " is there twice");
            }
            rules.add(rule);
        }
        return rules;
    }

    private static Rule rule(String where, Object each) {
        if (!(each instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException(where + " is no map");
        }
        for (Object key : map.keySet()) {
            if (!KEYS.contains(String.valueOf(key))) {
                throw new IllegalArgumentException(where + " has an unknown key '" + key + "'");
            }
        }
        Fields fields = new Fields(where, map);
        String id = fields.text("id", "");
        if (id.isEmpty() || !id.matches("[a-z0-9-]{1,80}")) {
            throw new IllegalArgumentException(where + ": id is lower-case letters, digits, -");
        }
        fields = new Fields(where + " (" + id + ")", map);
        List<Double> confidence = fields.numbers("confidence", List.of(0.9, 0.9));
        Rule rule =
                new Rule(
                        id,
                        new DataClass(fields.text("class", "")),
                        fields.severity(),
                        fields.texts("keywords"),
                        fields.numbers("digits", List.of()).stream().map(Double::intValue).toList(),
                        fields.text("separators", ""),
                        (int) fields.number("back", 0),
                        fields.text("match", ""),
                        (int) fields.number("length", LENGTH_DEFAULT),
                        fields.number("entropy", 0),
                        fields.texts("checks"),
                        fields.texts("context"),
                        confidence.getFirst(),
                        confidence.getLast(),
                        fields.flag("in-token"),
                        fields.flag("placeholders"),
                        fields.examples("yes"),
                        fields.examples("no"));
        check(fields.where(), rule);
        return rule;
    }

    /** What would otherwise show only when something is scanned. */
    static void check(String where, Rule rule) {
        for (String check : rule.validators()) {
            if (Validators.named(check).isEmpty()) {
                throw new IllegalArgumentException(
                        where
                                + ": there is no check '"
                                + check
                                + "'; there are "
                                + Validators.names());
            }
        }
        try {
            if (rule.expression().isEmpty()
                    || Pattern.compile(rule.expression()).matcher("").lookingAt()) {
                throw new IllegalArgumentException(where + ": match finds nothing at all");
            }
        } catch (java.util.regex.PatternSyntaxException e) {
            throw new IllegalArgumentException(where + ": match: " + e.getMessage(), e);
        }
    }

    /** The members of one rule, each read as what it must be. */
    private record Fields(String where, Map<?, ?> map) {
        String text(String key, String otherwise) {
            Object value = map.get(key);
            if (value == null) {
                return otherwise;
            }
            return value instanceof String text ? text : value.toString();
        }

        boolean flag(String key) {
            return switch (text(key, "false")) {
                case "true" -> true;
                case "false" -> false;
                default ->
                        throw new IllegalArgumentException(
                                where + ": " + key + " is true or false");
            };
        }

        double number(String key, double otherwise) {
            Object value = map.get(key);
            if (value == null) {
                return otherwise;
            }
            if (value instanceof Number number) {
                return number.doubleValue();
            }
            throw new IllegalArgumentException(where + ": " + key + " is a number");
        }

        List<Double> numbers(String key, List<Double> otherwise) {
            Object value = map.get(key);
            if (value instanceof Number one) {
                return List.of(one.doubleValue());
            }
            if (value instanceof List<?> list && !list.isEmpty()) {
                return list.stream().map(each -> Double.parseDouble(String.valueOf(each))).toList();
            }
            return otherwise;
        }

        List<String> texts(String key) {
            Object value = map.get(key);
            if (value == null) {
                return List.of();
            }
            return value instanceof List<?> list
                    ? list.stream().map(String::valueOf).toList()
                    : List.of(String.valueOf(value));
        }

        List<String> examples(String key) {
            return texts(key).stream().map(text -> text.replace("¦", "")).toList();
        }

        Severity severity() {
            try {
                return Severity.valueOf(text("severity", "high").toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        where + ": severity is low, medium, high, critical", e);
            }
        }
    }
}
