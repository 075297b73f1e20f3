package rein.server.policy;

import java.util.regex.Pattern;
import rein.vocabulary.PolicyText.Scope;

/** Where a policy applies, in the words that people type: {@code fleet}, {@code agent:coder}. */
public final class Scopes {
    /** As agents and blueprints are named. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,127}");

    private Scopes() {}

    public static String words(Scope scope) {
        return switch (scope) {
            case Scope.Fleet() -> "fleet";
            case Scope.Pack(String name) -> "pack:" + name;
            case Scope.OfBlueprint(String name) -> "blueprint:" + name;
            case Scope.OfAgent(String name) -> "agent:" + name;
            case Scope.OfRun() -> "run";
        };
    }

    /**
     * The scope of these words.
     *
     * @throws IllegalArgumentException in a whole sentence
     */
    public static Scope parse(String words) {
        int colon = words.indexOf(':');
        String kind = colon < 0 ? words : words.substring(0, colon);
        String name = colon < 0 ? "" : words.substring(colon + 1);
        boolean named = NAME.matcher(name).matches();
        if (colon < 0 || named) {
            return switch (kind + (named ? ":" : "")) {
                case "fleet" -> new Scope.Fleet();
                case "run" -> new Scope.OfRun();
                case "pack:" -> new Scope.Pack(name);
                case "blueprint:" -> new Scope.OfBlueprint(name);
                case "agent:" -> new Scope.OfAgent(name);
                default -> throw wrong(words);
            };
        }
        throw wrong(words);
    }

    /** One that an organisation can have a set for. */
    public static Scope ofSet(String words) {
        Scope scope = parse(words);
        return switch (scope) {
            case Scope.Fleet _, Scope.OfBlueprint _, Scope.OfAgent _ -> scope;
            case Scope.Pack _, Scope.OfRun _ -> throw wrong(words);
        };
    }

    private static IllegalArgumentException wrong(String words) {
        return new IllegalArgumentException(
                "A scope is fleet, blueprint:NAME or agent:NAME, not '" + words + "'.");
    }
}
