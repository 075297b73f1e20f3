package rein.policy.review;

import java.util.List;
import java.util.stream.Collectors;
import rein.policy.syntax.ScopeTest;
import rein.policy.value.Quoting;
import rein.vocabulary.EntityUid;

/** The parts of a policy's head as Cedar writes them. */
final class Heads {
    private Heads() {}

    /** What follows the variable; empty where it may be anything. */
    static String words(ScopeTest test) {
        return switch (test) {
            case ScopeTest.Any _ -> "";
            case ScopeTest.Equal(EntityUid uid) -> " == " + Quoting.literal(uid);
            case ScopeTest.In(EntityUid uid) -> " in " + Quoting.literal(uid);
            case ScopeTest.InAny(List<EntityUid> uids) ->
                    uids.stream().map(Quoting::literal).collect(Collectors.joining(", ", " in [", "]"));
            case ScopeTest.Is(String type) -> " is " + type;
            case ScopeTest.IsIn(String type, EntityUid uid) ->
                    " is " + type + " in " + Quoting.literal(uid);
        };
    }
}
