package rein.policy;

import java.util.List;
import java.util.Optional;
import rein.policy.engine.Answer;
import rein.policy.engine.Environment;
import rein.policy.syntax.Problem;
import rein.vocabulary.Decision;
import rein.vocabulary.PolicyText;
import rein.vocabulary.PolicyText.Scope;
import rein.vocabulary.Request;
import rein.vocabulary.RunFacts;
import rein.vocabulary.Snapshot;
import rein.vocabulary.Tenant;

/**
 * The policy decision point. Decides from its arguments alone, without I/O or clock, in
 * microseconds on the calling thread; what it remembers is compiled policies. Safe for any thread.
 *
 * <p>The policies of the snapshot whose scope applies and the run's own are one set: a forbid of
 * any of them wins, then a permit of any of them, and without one the answer is no. A text that
 * cannot be used, or a forbid that cannot be evaluated, denies.
 *
 * <p>Texts in warn or shadow mode change no outcome. The decision says what they would have made of
 * it if they counted beside those that do ({@link Foresight}).
 */
public final class CedarDecisionPoint {
    /** The snapshot in force, the one before it, and a few that replay looks at. */
    static final int SNAPSHOTS_MAX = 8;

    /** Distinct lists of policies of single runs: as many runs as a node has at one time. */
    static final int RUN_LISTS_MAX = 1_024;

    private record Key(Tenant tenant, long number) {}

    private final BoundedCache<Key, CompiledSnapshot> snapshots = new BoundedCache<>(SNAPSHOTS_MAX);
    private final BoundedCache<List<PolicyText>, CompiledModes> ofRuns =
            new BoundedCache<>(RUN_LISTS_MAX);

    /**
     * Decides on what a run asks for. Of the run's own policies those count whose scope is this
     * run, agent, blueprint, pack, or the fleet.
     */
    public Decision decide(Request request, Snapshot snapshot, RunFacts facts) {
        CompiledModes shared = compiled(snapshot).applicable(Optional.of(facts));
        if (facts.policies().isEmpty()) {
            return decide(request, List.of(shared));
        }
        List<PolicyText> own =
                facts.policies().stream().filter(text -> applies(text.scope(), facts)).toList();
        return decide(request, List.of(shared, ofRuns.get(own, CompiledModes::of)));
    }

    /** Decides on what a person asks for in the management API, from the fleet's policies. */
    public Decision decide(Request request, Snapshot snapshot) {
        return decide(request, List.of(compiled(snapshot).applicable(Optional.empty())));
    }

    private static Decision decide(Request request, List<CompiledModes> sets) {
        for (CompiledModes set : sets) {
            if (!set.enforced().broken().isEmpty()) {
                return Explanation.broken(broken(sets));
            }
        }
        Environment environment = Environment.of(request);
        Answer answer = new Answer();
        for (CompiledModes set : sets) {
            set.enforced().policies().evaluate(environment, answer);
        }
        Decision decision = Explanation.decide(request, answer);
        return new Foresight(request, sets, environment, answer).added(decision);
    }

    private static List<Problem> broken(List<CompiledModes> sets) {
        return sets.stream().flatMap(set -> set.enforced().broken().stream()).toList();
    }

    private CompiledSnapshot compiled(Snapshot snapshot) {
        Key key = new Key(snapshot.tenant(), snapshot.number());
        CompiledSnapshot known = snapshots.get(key, _ -> new CompiledSnapshot(snapshot.policies()));
        if (known.isOf(snapshot.policies())) {
            return known;
        }
        // Two snapshots with one number differ only in a test or after tampering: the one given
        // decides, never the one remembered.
        CompiledSnapshot given = new CompiledSnapshot(snapshot.policies());
        snapshots.put(key, given);
        return given;
    }

    private static boolean applies(Scope scope, RunFacts facts) {
        return switch (scope) {
            case Scope.Fleet(), Scope.OfRun() -> true;
            case Scope.Pack(String name) -> name.equals(facts.pack());
            case Scope.OfBlueprint(String name) -> name.equals(facts.run().agent().blueprint());
            case Scope.OfAgent(String name) -> name.equals(facts.run().agent().name());
        };
    }
}
