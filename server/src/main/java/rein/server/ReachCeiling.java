package rein.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import rein.server.http.ProblemException;
import rein.server.node.Reach;
import rein.vocabulary.Run;

/**
 * Holds what {@code rein run --reach} grants to the ceiling of {@code rein approve}: what takes two
 * people there is not had from one by asking earlier. Groups that only the run brings (the forges
 * of its work folder) are not known yet and do not count.
 */
final class ReachCeiling {
    private final Ceiling ceiling;
    private final IntSupplier people;
    private final Supplier<String> warning;
    private final Function<String, Set<String>> groups;

    /**
     * @param people how many it takes above the ceiling
     * @param warning what to say where one is enough
     * @param groups of a host
     */
    ReachCeiling(
            Ceiling ceiling,
            IntSupplier people,
            Supplier<String> warning,
            Function<String, Set<String>> groups) {
        this.ceiling = ceiling;
        this.people = people;
        this.warning = warning;
        this.groups = groups;
    }

    /**
     * What to tell the caller of what is above the ceiling, where one person is enough.
     *
     * @throws ProblemException 403 where it takes two
     */
    List<String> notes(List<Reach> grants, Run run, String pack) {
        List<String> notes = new ArrayList<>();
        for (Reach grant : grants) {
            boolean above =
                    grant.wanted().stream()
                            .anyMatch(wanted ->
                                    ceiling.isAbove(wanted, run, pack, groups.apply(grant.host())));
            if (above && people.getAsInt() > 1) {
                throw new ProblemException(
                        403,
                        "above-ceiling",
                        "--reach "
                                + grant.destination()
                                + " is above the ceiling, which takes two people. Start the run"
                                + " without it; when it is denied there, two people approve the"
                                + " denial: rein approvals, then rein approve ID.");
            }
            if (above) {
                notes.add(
                        "--reach "
                                + grant.destination()
                                + " is above the ceiling. "
                                + warning.get());
            }
        }
        return notes;
    }
}
