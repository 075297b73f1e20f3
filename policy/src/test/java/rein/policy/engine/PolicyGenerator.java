package rein.policy.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import rein.policy.value.Quoting;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Value;

/**
 * Policies, entities and contexts from a seed: well formed, often badly typed, over few names so
 * that they meet.
 */
public final class PolicyGenerator {
    private static final int DEPTH_MAX = 4;
    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final List<EntityUid> UIDS =
            List.of(
                    new EntityUid("User", "ann"),
                    new EntityUid("User", "bob"),
                    new EntityUid("Group", "staff"),
                    new EntityUid("Group", "all"),
                    new EntityUid("NS::Doc", "plan"),
                    new EntityUid("User", "nobody \"quoted\" \u00e9"));

    private final SplittableRandom random;

    public PolicyGenerator(long seed) {
        this.random = new SplittableRandom(seed);
    }

    public String policies(int count) {
        return IntStream.range(0, count).mapToObj(_ -> policy()).collect(Collectors.joining("\n"));
    }

    private String policy() {
        StringBuilder text =
                new StringBuilder(pick("permit", "permit", "permit", "permit", "forbid"));
        text.append(" (principal").append(scope()).append(", action").append(actionScope());
        text.append(", resource").append(scope()).append(")");
        for (int i = random.nextInt(8) / 3; i > 0; i--) {
            text.append(pick(" when { ", " unless { ")).append(expression(0)).append(" }");
        }
        return text.append(";").toString();
    }

    /** A template with one slot or two. */
    public String template() {
        String principal = pick(" == ?principal", " in ?principal", " is User in ?principal");
        String resource = pick(" == ?resource", " in ?resource", " is NS::Doc in ?resource");
        boolean one = random.nextBoolean();
        boolean first = random.nextBoolean();
        String head =
                pick("permit", "forbid")
                        + " (principal"
                        + (one && !first ? scope() : principal)
                        + ", action"
                        + actionScope()
                        + ", resource"
                        + (one && first ? scope() : resource)
                        + ")";
        return head + pick("", " when { " + expression(2) + " }") + ";";
    }

    private String scope() {
        return switch (random.nextInt(6)) {
            case 0 -> " == " + Quoting.literal(uid());
            case 1 -> " in " + Quoting.literal(uid());
            case 2 -> " is " + uid().type();
            case 3 -> " is " + uid().type() + " in " + Quoting.literal(uid());
            default -> "";
        };
    }

    private String actionScope() {
        return pick(
                "",
                "",
                " == Action::\"read\"",
                " in Action::\"any\"",
                " in [Action::\"read\", Action::\"write\"]",
                " in []");
    }

    private String expression(int depth) {
        if (depth >= DEPTH_MAX || random.nextInt(6) == 0) {
            return leaf();
        }
        String one = "(" + expression(depth + 1) + ")";
        return switch (random.nextInt(14)) {
            case 0 -> one + " && (" + expression(depth + 1) + ")";
            case 1 -> one + " || (" + expression(depth + 1) + ")";
            case 2 -> "!" + one;
            case 3 -> "-" + one;
            case 4 -> one + pick(" + ", " - ", " * ") + leaf();
            case 5 -> one + pick(" == ", " != ", " < ", " <= ", " > ", " >= ", " in ") + leaf();
            case 6 -> one + " has " + pick("a", "b", "\"c d\"", "a.b", "a.b.c");
            case 7 -> one + pick(".a", ".b", ".c", "[\"c d\"]");
            case 8 -> one + " like " + pick("\"*\"", "\"a*b\"", "\"\\*x*\"", "\"\"");
            case 9 -> one + " is " + uid().type() + pick("", " in " + Quoting.literal(uid()));
            case 10 -> "if " + one + " then " + leaf() + " else (" + expression(depth + 1) + ")";
            case 11 ->
                    one
                            + pick(
                                    ".contains(",
                                    ".containsAll(",
                                    ".containsAny(",
                                    ".hasTag(",
                                    ".getTag(")
                            + expression(depth + 1)
                            + ")";
            case 12 -> one + extensionMethod();
            default ->
                    pick(
                            "[" + leaf() + ", " + expression(depth + 1) + "]",
                            "{a: " + leaf() + ", \"b\": " + expression(depth + 1) + "}");
        };
    }

    private String extensionMethod() {
        return pick(
                ".isEmpty()",
                ".isIpv4()",
                ".isLoopback()",
                ".isInRange(ip(\"10.0.0.0/8\"))",
                ".lessThan(decimal(\"1.5\"))",
                ".offset(duration(\"1h\"))",
                ".durationSince(datetime(\"2024-01-01\"))",
                ".toDate()",
                ".toTime()",
                ".toSeconds()");
    }

    private String leaf() {
        return switch (random.nextInt(9)) {
            case 0 -> pick("true", "false");
            case 1 -> pick("0", "1", "-1", "9223372036854775807", "-9223372036854775808", "42");
            case 2 -> pick("\"\"", "\"a\"", "\"axxb\"", "\"*x\"", "\"\\u{e9}\\n\"");
            case 3 -> Quoting.literal(uid());
            case 4 -> pick("principal", "action", "resource", "context");
            case 5 -> pick("context.a", "context.b", "principal.a", "resource.c", "principal.b.a");
            case 6 -> pick("[]", "[1, 2]", "[User::\"ann\", Group::\"all\"]", "{}", "{a: 1}");
            case 7 ->
                    pick(
                            "ip(\"10.1.2.3\")",
                            "ip(\"::1\")",
                            "ip(\"1.2.3\")",
                            "decimal(\"1.25\")",
                            "decimal(\"1\")");
            default ->
                    pick(
                            "datetime(\"2024-10-15T11:35:00Z\")",
                            "datetime(\"2024-13-15\")",
                            "duration(\"1d2h\")",
                            "duration(\"-5ms\")");
        };
    }

    List<Entity> entities() {
        List<Entity> entities = new ArrayList<>();
        for (int i = 0; i < UIDS.size() - 1; i++) {
            // Parents only to the right, so that the hierarchy has no cycle, which Cedar refuses.
            Set<EntityUid> parents = new HashSet<>();
            for (int j = i + 1; j < UIDS.size(); j++) {
                if (random.nextInt(3) == 0) {
                    parents.add(UIDS.get(j));
                }
            }
            entities.add(new Entity(UIDS.get(i), members(), parents, members()));
        }
        return entities;
    }

    Map<String, Value> members() {
        Map<String, Value> members = new HashMap<>();
        for (String name : NAMES) {
            if (random.nextBoolean()) {
                members.put(name, value(0));
            }
        }
        return members;
    }

    private Value value(int depth) {
        return switch (random.nextInt(depth < 2 ? 8 : 5)) {
            case 0 -> Value.of(random.nextBoolean());
            case 1 -> Value.of(random.nextInt(3));
            case 2 -> Value.of(pick("", "a", "axxb", "*x"));
            case 3 -> new Value.Ref(uid());
            case 4 ->
                    switch (random.nextInt(4)) {
                        case 0 -> new Value.Extension("ip", pick("10.1.2.3", "::1"));
                        case 1 -> new Value.Extension("decimal", pick("1.25", "-0.5"));
                        case 2 -> new Value.Extension("datetime", "2024-10-15T11:35:00Z");
                        default -> new Value.Extension("duration", "26h");
                    };
            case 5 -> new Value.SetOf(Set.of(value(depth + 1)));
            default -> new Value.Struct(Map.of(pick("a", "b"), value(depth + 1)));
        };
    }

    public EntityUid uid() {
        return UIDS.get(random.nextInt(UIDS.size()));
    }

    public String action() {
        return pick("read", "write", "any");
    }

    /** The text with one to three characters changed: mostly no longer a policy. */
    public String mutate(String text) {
        StringBuilder changed = new StringBuilder(text);
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            int at = random.nextInt(changed.length());
            String symbols = "(){}[],.;:!=<>&|+-*\"\\ a1@";
            char symbol = symbols.charAt(random.nextInt(symbols.length()));
            switch (random.nextInt(3)) {
                case 0 -> changed.deleteCharAt(at);
                case 1 -> changed.insert(at, symbol);
                default -> changed.setCharAt(at, symbol);
            }
        }
        return changed.toString();
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
