package rein.policy.check;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Schemas in the readable syntax; now and then one with a mistake. */
final class SchemaGenerator {
    private static final List<String> BUILT_IN =
            List.of("Long", "String", "Bool", "ipaddr", "decimal", "datetime", "duration");

    private final RandomGenerator random;
    private final double mistakes;
    private final List<String> entities = new ArrayList<>();
    private final List<String> types = new ArrayList<>();
    private final StringBuilder out = new StringBuilder();

    SchemaGenerator(RandomGenerator random, double mistakes) {
        this.random = random;
        this.mistakes = mistakes;
    }

    String schema() {
        boolean namespaced = random.nextInt(3) == 0;
        if (namespaced) {
            out.append("namespace N::M {\n");
        }
        int count = 2 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            entities.add("E" + i);
        }
        for (int i = 0; i < random.nextInt(3); i++) {
            String type = type(2);
            out.append("type T" + i + " = " + type + ";\n");
            types.add("T" + i);
        }
        for (String entity : entities) {
            entity(entity);
        }
        int actions = 1 + random.nextInt(3);
        for (int i = 0; i < actions; i++) {
            action(i);
        }
        if (namespaced) {
            out.append("}\n");
        }
        return out.toString();
    }

    private void entity(String name) {
        out.append("entity ").append(name);
        if (random.nextInt(6) == 0) {
            out.append(" enum [\"a\", \"b\"];\n");
            return;
        }
        if (random.nextBoolean()) {
            out.append(" in [").append(entity());
            if (random.nextBoolean()) {
                out.append(", ").append(entity());
            }
            out.append("]");
        }
        if (random.nextInt(4) > 0) {
            out.append(random.nextBoolean() ? " = " : " ").append(struct(2));
        }
        if (random.nextInt(3) == 0) {
            out.append(" tags ").append(type(1));
        }
        out.append(";\n");
    }

    private void action(int i) {
        out.append("action ").append(random.nextBoolean() ? "a" + i : "\"a" + i + "\"");
        if (i > 0 && random.nextBoolean()) {
            out.append(" in [\"a").append(random.nextInt(slip() ? 3 : i)).append("\"]");
        }
        if (random.nextInt(5) > 0) {
            out.append(" appliesTo { principal: [").append(entity());
            if (random.nextBoolean()) {
                out.append(", ").append(entity());
            }
            out.append("], resource: ").append(entity());
            if (random.nextInt(4) > 0) {
                out.append(", context: ").append(struct(2));
            }
            out.append(" }");
        }
        out.append(";\n");
    }

    private String entity() {
        return slip() ? "Unknown" : pick(entities);
    }

    private String struct(int depth) {
        StringBuilder struct = new StringBuilder("{");
        for (int i = 0; i < random.nextInt(4); i++) {
            struct.append(" ")
                    .append(random.nextInt(5) == 0 ? "\"x " + i + "\"" : "x" + i)
                    .append(random.nextInt(3) == 0 ? "?: " : ": ")
                    .append(type(depth - 1))
                    .append(",");
        }
        return struct.append("}").toString();
    }

    private String type(int depth) {
        if (slip()) {
            return pick(List.of("Unknown", "T9", "Boolean", "__cedar::Nothing"));
        }
        return switch (random.nextInt(depth > 0 ? 8 : 5)) {
            case 0, 1, 2 -> pick(BUILT_IN);
            case 3 -> "__cedar::" + pick(BUILT_IN);
            case 4 -> pick(entities);
            case 5 -> "Set<" + type(depth - 1) + ">";
            case 6 -> types.isEmpty() ? "String" : pick(types);
            default -> struct(depth);
        };
    }

    private boolean slip() {
        return random.nextDouble() < mistakes;
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
