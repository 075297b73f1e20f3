package rein.policy.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import rein.policy.schema.Schema;
import rein.policy.schema.Type;
import rein.policy.value.Quoting;
import rein.vocabulary.EntityUid;

/** Policies that mostly keep to a schema; now and then one forgets a {@code has} or a type. */
final class TypedPolicyGenerator {
    private static final int PATHS_MAX = 200;

    private final RandomGenerator random;
    private final Schema schema;
    private final double mistakes;
    private final Schema.Shape shape;
    private final List<Path> paths = new ArrayList<>();

    /**
     * What can be read of a request.
     *
     * @param guards what has to be asked before
     */
    private record Path(String text, Type type, List<String> guards) {}

    TypedPolicyGenerator(RandomGenerator random, Schema schema, double mistakes) {
        this.random = random;
        this.schema = schema;
        this.mistakes = mistakes;
        this.shape = pick(schema.shapes());
        walk(new Path("principal", new Type.Ref(shape.principal()), List.of()), 3);
        walk(new Path("resource", new Type.Ref(shape.resource()), List.of()), 3);
        walk(new Path("context", shape.action().context(), List.of()), 3);
    }

    private void walk(Path path, int depth) {
        if (depth == 0 || paths.size() >= PATHS_MAX) {
            return;
        }
        paths.add(path);
        Map<String, Type.Attribute> attributes =
                switch (path.type()) {
                    case Type.Struct struct -> struct.attributes();
                    case Type.Ref(String entity) -> schema.attributesOf(entity);
                    case Type.Bool _, Type.Int _, Type.Text _, Type.SetOf _, Type.Extension _ ->
                            Map.of();
                };
        attributes.forEach((name, attribute) -> {
            List<String> guards = new ArrayList<>(path.guards());
            if (!attribute.required()) {
                guards.add(path.text() + " has " + Quoting.literal(name));
            }
            String text = path.text() + "[" + Quoting.literal(name) + "]";
            walk(new Path(text, attribute.type(), guards), depth - 1);
        });
    }

    String policy() {
        String action = Quoting.literal(shape.action().uid());
        String head =
                switch (random.nextInt(4)) {
                    case 0 -> "principal, action, resource";
                    case 1 -> "principal is " + shape.principal() + ", action, resource";
                    case 2 ->
                            "principal, action in ["
                                    + action
                                    + "], resource == "
                                    + literal(shape.resource());
                    default -> "principal, action == " + action + ", resource";
                };
        return "permit (" + head + ") when { " + flag(3) + " };";
    }

    private String flag(int depth) {
        if (slip()) {
            return value(anyType(), depth - 1);
        }
        if (depth <= 0) {
            return random.nextBoolean() ? "true" : read(Type.Bool.ANY).orElse("false");
        }
        return switch (random.nextInt(13)) {
            case 0 -> "(" + flag(depth - 1) + " && " + flag(depth - 1) + ")";
            case 1 -> "(" + flag(depth - 1) + " || " + flag(depth - 1) + ")";
            case 2 -> "!" + "(" + flag(depth - 1) + ")";
            case 3, 4 -> {
                Type type = anyType();
                yield "(" + value(type, depth - 1) + " == " + value(slipped(type), depth - 1) + ")";
            }
            case 5 -> "(" + value(Type.Int.LONG, depth - 1) + " < " + number(depth - 1) + ")";
            case 6 -> "(" + value(Type.Text.ANY, depth - 1) + " like \"*a*\")";
            case 7 -> membership();
            case 8 -> contains(depth);
            case 9 -> tag(depth);
            case 10 ->
                    "(if "
                            + flag(depth - 1)
                            + " then "
                            + flag(depth - 1)
                            + " else "
                            + flag(depth - 1)
                            + ")";
            case 11 -> {
                Path path = pick(paths);
                yield path.guards().isEmpty() ? "true" : "(" + path.guards().getLast() + ")";
            }
            default -> read(Type.Bool.ANY).orElse("false");
        };
    }

    private String membership() {
        String entity = random.nextBoolean() ? "principal" : "resource";
        return switch (random.nextInt(3)) {
            case 0 -> "(" + entity + " is " + pick(types()) + ")";
            case 1 -> "(" + entity + " in " + literal(pick(types())) + ")";
            default -> "(action in " + Quoting.literal(pick(actions())) + ")";
        };
    }

    private String contains(int depth) {
        Type type = anyType();
        String one = value(type, depth - 1);
        return "[" + one + "].contains(" + value(slipped(type), depth - 1) + ")";
    }

    private String tag(int depth) {
        String entity = random.nextBoolean() ? "principal" : "resource";
        String has = entity + ".hasTag(\"t\")";
        String type = entity.equals("principal") ? shape.principal() : shape.resource();
        Optional<Type> tags = schema.entityType(type).flatMap(Schema.EntityType::tags);
        if (tags.isEmpty()) {
            return has;
        }
        String equal = "(" + entity + ".getTag(\"t\") == " + value(tags.get(), depth - 1) + ")";
        return slip() ? equal : "(" + has + " && " + equal + ")";
    }

    private String number(int depth) {
        return random.nextBoolean()
                ? String.valueOf(random.nextInt(100))
                : value(Type.Int.LONG, depth) + " + 1";
    }

    /** Something of the type: read from the request, or written there. */
    private String value(Type type, int depth) {
        if (type instanceof Type.Bool) {
            return "(" + flag(depth) + ")";
        }
        Optional<String> read = random.nextInt(3) > 0 ? read(type) : Optional.empty();
        return read.orElseGet(() -> written(type, depth));
    }

    private String written(Type type, int depth) {
        return switch (type) {
            case Type.Bool _ -> "true";
            case Type.Int _ -> String.valueOf(random.nextInt(10));
            case Type.Text _ -> "\"a\"";
            case Type.SetOf(Type element) -> "[" + value(element, depth - 1) + "]";
            case Type.Struct struct -> {
                List<String> members = new ArrayList<>();
                struct.attributes()
                        .forEach((name, attribute) ->
                                members.add(
                                        Quoting.literal(name)
                                                + ": "
                                                + value(attribute.type(), depth - 1)));
                yield "{" + String.join(", ", members) + "}";
            }
            case Type.Ref(String entity) -> literal(entity);
            case Type.Extension extension ->
                    switch (extension) {
                        case IPADDR -> "ip(\"10.0.0.1\")";
                        case DECIMAL -> slip() ? "decimal(\"1\")" : "decimal(\"1.0\")";
                        case DATETIME -> "datetime(\"2026-01-01\")";
                        case DURATION -> "duration(\"1h\")";
                    };
        };
    }

    /** As a flag it is guarded; as another value what it needs was hopefully asked before. */
    private Optional<String> read(Type type) {
        List<Path> fitting = paths.stream().filter(path -> path.type().equals(type)).toList();
        if (fitting.isEmpty()) {
            return Optional.empty();
        }
        Path path = pick(fitting);
        if (path.guards().isEmpty()) {
            return Optional.of(path.text());
        }
        if (type instanceof Type.Bool && !slip()) {
            return Optional.of(
                    "(" + String.join(" && ", path.guards()) + " && " + path.text() + ")");
        }
        return slip() ? Optional.of(path.text()) : Optional.empty();
    }

    private String literal(String type) {
        if (Schema.isActionType(type)) {
            return Quoting.literal(pick(actions()));
        }
        boolean enumerated =
                schema.entityType(type).map(declared -> !declared.ids().isEmpty()).orElse(false);
        return type + "::\"" + (enumerated && slip() ? "z" : "a") + "\"";
    }

    private Type slipped(Type type) {
        return slip() ? anyType() : type;
    }

    private Type anyType() {
        return pick(paths).type();
    }

    private List<String> types() {
        return List.copyOf(schema.entityTypes().keySet());
    }

    private List<EntityUid> actions() {
        return List.copyOf(schema.actions().keySet());
    }

    private boolean slip() {
        return random.nextDouble() < mistakes;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
