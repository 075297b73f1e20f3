package rein.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import rein.policy.syntax.Position;
import rein.policy.syntax.Problem;
import rein.vocabulary.PolicyText;
import rein.vocabulary.PolicyText.Scope;
import rein.vocabulary.RunFacts;

/**
 * One snapshot's policies, compiled as far as they were asked for. Most agents and blueprints have
 * no policies of their own, so that they share one set per pack. Safe for any thread.
 */
final class CompiledSnapshot {
    /** Distinct sets; a node rarely runs more agents with own policies than this at one time. */
    static final int SETS_MAX = 1_024;

    private final List<PolicyText> texts;
    private final Set<String> packs = new HashSet<>();
    private final Set<String> blueprints = new HashSet<>();
    private final Set<String> agents = new HashSet<>();
    private final BoundedCache<Applying, CompiledModes> sets = new BoundedCache<>(SETS_MAX);

    /** Which texts apply besides the fleet's; empty where there are none of that scope and name. */
    private record Applying(String pack, String blueprint, String agent) {
        private static final Applying TO_THE_FLEET = new Applying("", "", "");

        boolean holds(Scope scope) {
            return switch (scope) {
                case Scope.Fleet() -> true;
                case Scope.OfRun() -> false;
                case Scope.Pack(String name) -> name.equals(pack);
                case Scope.OfBlueprint(String name) -> name.equals(blueprint);
                case Scope.OfAgent(String name) -> name.equals(agent);
            };
        }
    }

    CompiledSnapshot(List<PolicyText> texts) {
        this.texts = texts;
        for (PolicyText text : texts) {
            switch (text.scope()) {
                case Scope.Fleet(), Scope.OfRun() -> {}
                case Scope.Pack(String name) -> packs.add(name);
                case Scope.OfBlueprint(String name) -> blueprints.add(name);
                case Scope.OfAgent(String name) -> agents.add(name);
            }
        }
    }

    boolean isOf(List<PolicyText> policies) {
        // A list from the same snapshot object is the same list, which equals sees at once.
        return texts.equals(policies);
    }

    /** What applies to the run; without one, what applies to the whole fleet. */
    CompiledModes applicable(Optional<RunFacts> facts) {
        Applying applying = facts.map(this::applying).orElse(Applying.TO_THE_FLEET);
        return sets.get(applying, this::compile);
    }

    private Applying applying(RunFacts facts) {
        String blueprint = facts.run().agent().blueprint();
        String agent = facts.run().agent().name();
        return new Applying(
                packs.contains(facts.pack()) ? facts.pack() : "",
                blueprints.contains(blueprint) ? blueprint : "",
                agents.contains(agent) ? agent : "");
    }

    private CompiledModes compile(Applying applying) {
        List<PolicyText> chosen = new ArrayList<>();
        List<Problem> misplaced = new ArrayList<>();
        for (PolicyText text : texts) {
            // A snapshot never has policies of a run. If it does, no decision can rest on it.
            if (text.scope() instanceof Scope.OfRun) {
                misplaced.add(
                        new Problem(
                                text.name(),
                                new Position(1, 1),
                                "a snapshot holds no policy of a single run",
                                "give it to the run"));
            } else if (applying.holds(text.scope())) {
                chosen.add(text);
            }
        }
        return CompiledModes.of(chosen).withBroken(misplaced);
    }
}
