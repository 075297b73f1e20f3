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
    private final Set<Scope> scopes = new HashSet<>();
    private final BoundedCache<List<Scope>, CompiledModes> sets = new BoundedCache<>(SETS_MAX);

    CompiledSnapshot(List<PolicyText> texts) {
        this.texts = texts;
        texts.forEach(text -> scopes.add(text.scope()));
    }

    boolean isOf(List<PolicyText> policies) {
        // A list from the same snapshot object is the same list, which equals sees at once.
        return texts.equals(policies);
    }

    /** What applies to the run; without one, what applies to the whole fleet. */
    CompiledModes applicable(Optional<RunFacts> facts) {
        List<Scope> applying = new ArrayList<>(4);
        addIfUsed(applying, new Scope.Fleet());
        // A snapshot never has policies of a run. If it does, no decision can rest on it.
        addIfUsed(applying, new Scope.OfRun());
        if (facts.isPresent()) {
            addIfUsed(applying, new Scope.Pack(facts.get().pack()));
            addIfUsed(applying, new Scope.OfBlueprint(facts.get().run().agent().blueprint()));
            addIfUsed(applying, new Scope.OfAgent(facts.get().run().agent().name()));
        }
        return sets.get(List.copyOf(applying), this::compile);
    }

    private void addIfUsed(List<Scope> applying, Scope scope) {
        if (scopes.contains(scope)) {
            applying.add(scope);
        }
    }

    private CompiledModes compile(List<Scope> applying) {
        List<PolicyText> chosen = new ArrayList<>();
        List<Problem> misplaced = new ArrayList<>();
        for (PolicyText text : texts) {
            if (text.scope() instanceof Scope.OfRun) {
                misplaced.add(
                        new Problem(
                                text.name(),
                                new Position(1, 1),
                                "a snapshot holds no policy of a single run",
                                "give it to the run"));
            } else if (applying.contains(text.scope())) {
                chosen.add(text);
            }
        }
        return CompiledModes.of(chosen).withBroken(misplaced);
    }
}
