package rein.gateway;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import rein.vocabulary.Decision;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Run;
import rein.vocabulary.Snapshot;

/**
 * The run that a door serves, as it is at this moment. Asked anew for every connection and request,
 * so that a new snapshot, grant or stop order counts at once. Called from many threads. An
 * exception from any method is a denial.
 */
public interface RunContext {
    Run run();

    /** The snapshot to decide on now. */
    Snapshot snapshot();

    /** The policy pack the run was started with. */
    String pack();

    /** The run's own policies: {@code --policy}. */
    List<PolicyText> policies();

    /** What people have granted the run since it was denied. */
    default RunGrants grants() {
        return RunGrants.NONE;
    }

    /**
     * A denial in force for the whole run: a stop order, a lapsed lease. It must be in force before
     * {@code cut} is called for the same order, so that no connection slips in between.
     */
    Optional<Decision> standing();

    /**
     * Tells whoever sits at the run's terminal of something that would have been denied.
     *
     * @param about what it is about; told once for each
     */
    default void warn(String about, String line) {}

    /** The host groups ({@code HostGroup} ids) that this name or address literal belongs to. */
    Set<String> groupsOf(String host);
}
