package rein.respond;

import java.util.function.Predicate;
import rein.vocabulary.Run;
import rein.vocabulary.StopOrder;

/** Lets runs go on after a resume: thaws processes, opens doors. */
@FunctionalInterface
public interface Resumer {
    /**
     * Thaws the runs that the ended order covered. Called after the resume is recorded.
     *
     * @param stillStopped whether another order covers a run; asked for each run right before it is
     *     thawed
     */
    void thaw(StopOrder ended, Predicate<Run> stillStopped);
}
