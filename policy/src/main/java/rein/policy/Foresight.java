package rein.policy;

import java.util.ArrayList;
import java.util.List;
import rein.policy.engine.Answer;
import rein.policy.engine.Environment;
import rein.policy.syntax.Problem;
import rein.vocabulary.Decision;
import rein.vocabulary.Foreseen;
import rein.vocabulary.PolicyText.Mode;
import rein.vocabulary.Reason;
import rein.vocabulary.Request;

/**
 * What the texts that do not count yet would have made of a decision. The texts of each mode are
 * taken together with those that are enforced, so that the answer is the one that everybody would
 * get on the day they are put in force; the two modes are asked apart.
 */
final class Foresight {
    static final String WOULD_DENY = "would-deny";

    private static final List<Mode> NOT_COUNTING = List.of(Mode.WARN, Mode.SHADOW);

    private final Request request;
    private final List<CompiledModes> sets;
    private final Environment environment;
    private final Answer enforced;

    Foresight(Request request, List<CompiledModes> sets, Environment environment, Answer enforced) {
        this.request = request;
        this.sets = sets;
        this.environment = environment;
        this.enforced = enforced;
    }

    /** The decision, with what was foreseen where that is another outcome. */
    Decision added(Decision decision) {
        List<Foreseen> foreseen = new ArrayList<>(0);
        List<Reason> warnings = new ArrayList<>(0);
        for (Mode mode : NOT_COUNTING) {
            if (isNone(mode)) {
                continue;
            }
            Decision would = would(mode, decision);
            if (would.outcome() == decision.outcome()) {
                continue;
            }
            Reason first = would.reasons().getFirst();
            foreseen.add(new Foreseen(mode, would.outcome(), would.policies(), first.code()));
            if (mode == Mode.WARN && decision.allowed()) {
                warnings.add(warning(would, first));
            }
        }
        return foreseen.isEmpty() ? decision : decision.with(foreseen, warnings);
    }

    private boolean isNone(Mode mode) {
        for (CompiledModes set : sets) {
            if (!set.in(mode).isNone()) {
                return false;
            }
        }
        return true;
    }

    private Decision would(Mode mode, Decision decision) {
        List<Problem> broken =
                sets.stream().flatMap(set -> set.in(mode).broken().stream()).toList();
        if (!broken.isEmpty()) {
            return Explanation.broken(broken);
        }
        Answer more = new Answer();
        for (CompiledModes set : sets) {
            set.in(mode).policies().evaluate(environment, more);
        }
        if (more.isEmpty()) {
            return decision;
        }
        more.addAll(enforced);
        return Explanation.decide(request, more);
    }

    private static Reason warning(Decision would, Reason first) {
        String what =
                would.outcome() == Decision.Outcome.DENY
                        ? "would be denied"
                        : "would have to be approved";
        return new Reason(
                WOULD_DENY,
                "This " + what + " if a policy that only warns were enforced: " + first.text(),
                first.nextStep());
    }
}
