package rein.respond;

import java.util.UUID;
import rein.vocabulary.StopOrder.Scope;
import rein.vocabulary.Uuid7;

/**
 * A stop's scope in two words, for records and JSON.
 *
 * @param kind run, agent, blueprint, owner or fleet
 * @param name of that; empty for the fleet
 */
public record ScopeName(String kind, String name) {
    public static ScopeName of(Scope scope) {
        return switch (scope) {
            case Scope.OfRun(UUID run) -> new ScopeName("run", run.toString());
            case Scope.OfAgent(String name) -> new ScopeName("agent", name);
            case Scope.OfBlueprint(String name) -> new ScopeName("blueprint", name);
            case Scope.OfOwner(String person) -> new ScopeName("owner", person);
            case Scope.Fleet() -> new ScopeName("fleet", "");
        };
    }

    /**
     * The scope again.
     *
     * @throws IllegalArgumentException for an unknown kind or a run that is no UUID
     */
    public Scope scope() {
        return switch (kind) {
            case "run" -> new Scope.OfRun(UUID.fromString(name));
            case "agent" -> new Scope.OfAgent(name);
            case "blueprint" -> new Scope.OfBlueprint(name);
            case "owner" -> new Scope.OfOwner(name);
            case "fleet" -> new Scope.Fleet();
            default -> throw new IllegalArgumentException("not a kind of scope: '" + kind + "'");
        };
    }

    /** For people: {@code run 7f3a1b2c}, {@code agent coder}, {@code the fleet}. */
    public static String say(Scope scope) {
        return switch (scope) {
            case Scope.OfRun(UUID run) -> "run " + Uuid7.shortForm(run);
            case Scope.OfAgent(String name) -> "agent " + name;
            case Scope.OfBlueprint(String name) -> "blueprint " + name;
            case Scope.OfOwner(String person) -> "all agents of " + person;
            case Scope.Fleet() -> "the fleet";
        };
    }
}
