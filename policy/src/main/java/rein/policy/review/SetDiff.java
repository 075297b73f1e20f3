package rein.policy.review;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rein.policy.syntax.Policy;
import rein.policy.syntax.Printer;
import rein.vocabulary.PolicyText;

/**
 * How one version of a set differs from another, policy by policy, told apart by their ids. Only
 * what is enforced counts: a set that is merely tried permits and forbids nothing.
 */
public record SetDiff(List<Change> changes) {
    /** What a change can do, judged by the text alone and, in doubt, as the worse. */
    public enum Effect {
        /** Something may become allowed that was not. */
        WEAKENS,
        /** Nothing can become allowed. */
        TIGHTENS,
        /** The same policy in other words: annotations, the order of conditions. */
        REWORDS
    }

    /**
     * One policy.
     *
     * @param id without the text's name
     * @param what added, removed or changed, and what it is
     * @param line where it is in the newer text; where it is gone, in the older
     */
    public record Change(String id, Effect effect, String what, int line) {}

    public SetDiff {
        changes = List.copyOf(changes);
    }

    public boolean weakens() {
        return changes.stream().anyMatch(change -> change.effect() == Effect.WEAKENS);
    }

    /** From the texts that are enforced now to those that would be. */
    public static SetDiff of(List<PolicyText> older, List<PolicyText> newer) {
        Map<String, Placed> before = byId(older);
        Map<String, Placed> after = byId(newer);
        List<Change> changes = new ArrayList<>();
        before.forEach((id, placed) -> {
            if (!after.containsKey(id)) {
                changes.add(
                        change(
                                id,
                                placed,
                                placed.policy().permits() ? Effect.TIGHTENS : Effect.WEAKENS,
                                "removed " + word(placed)));
            }
        });
        after.forEach((id, placed) -> {
            Placed was = before.get(id);
            if (was == null) {
                changes.add(
                        change(
                                id,
                                placed,
                                placed.policy().permits() ? Effect.WEAKENS : Effect.TIGHTENS,
                                "added " + word(placed)));
            } else if (!Printer.policy(was.policy()).equals(Printer.policy(placed.policy()))) {
                changes.add(changed(id, was.policy(), placed));
            }
        });
        return new SetDiff(changes);
    }

    private static Map<String, Placed> byId(List<PolicyText> texts) {
        Map<String, Placed> byId = new LinkedHashMap<>();
        Placed.of(texts.stream().filter(t -> t.mode() == PolicyText.Mode.ENFORCE).toList())
                .forEach(placed -> byId.put(placed.policy().localId(), placed));
        return byId;
    }

    private static Change changed(String id, Policy was, Placed placed) {
        Policy is = placed.policy();
        if (was.effect() != is.effect()) {
            return change(
                    id,
                    placed,
                    is.permits() ? Effect.WEAKENS : Effect.TIGHTENS,
                    "a " + word(was) + " became a " + word(is));
        }
        boolean narrower = Coverage.isWithin(is, was);
        boolean wider = Coverage.isWithin(was, is);
        boolean permits = is.permits();
        Map<String, String> does = Coverage.effects(is);
        Map<String, String> did = Coverage.effects(was);
        boolean same = does.equals(did);
        // A permit that waits for a yes permits less than one that does not.
        boolean asks = did.isEmpty() && Coverage.onlyAsks(does);
        Effect effect =
                narrower && wider && same
                        ? Effect.REWORDS
                        : (permits ? narrower && (same || asks) : wider && same)
                                ? Effect.TIGHTENS
                                : Effect.WEAKENS;
        String how =
                switch (effect) {
                    case REWORDS -> "the same " + word(is) + " in other words";
                    case TIGHTENS -> permits ? "a narrower permit" : "a wider forbid";
                    case WEAKENS ->
                            permits
                                    ? "a permit that may be wider"
                                    : "a forbid that may be narrower";
                };
        return change(id, placed, effect, how);
    }

    private static Change change(String id, Placed placed, Effect effect, String what) {
        return new Change(id, effect, what, placed.policy().at().line());
    }

    private static String word(Placed placed) {
        return word(placed.policy());
    }

    private static String word(Policy policy) {
        return policy.permits() ? "permit" : "forbid";
    }
}
