package rein.policy.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What the policies say of one request, before it is put into words: those that apply, and those
 * that could not be evaluated. Filled by one thread.
 */
public final class Answer {
    /**
     * A policy that could not be evaluated.
     *
     * @param message a clause: what went wrong
     */
    public record Failure(CompiledPolicy policy, String message) {}

    private final List<CompiledPolicy> permits = new ArrayList<>(2);
    private final List<CompiledPolicy> forbids = new ArrayList<>(0);
    private final List<Failure> failures = new ArrayList<>(0);

    public void add(CompiledPolicy policy) {
        (policy.permits() ? permits : forbids).add(policy);
    }

    public void fail(CompiledPolicy policy, String message) {
        failures.add(new Failure(policy, message));
    }

    /** Whether no policy applies or fails. */
    public boolean isEmpty() {
        return permits.isEmpty() && forbids.isEmpty() && failures.isEmpty();
    }

    /** Adds what another answer to the same request says. */
    public void addAll(Answer other) {
        permits.addAll(other.permits);
        forbids.addAll(other.forbids);
        failures.addAll(other.failures);
    }

    /** Sorted by id, so that the same request always reads the same. */
    public void sort() {
        if (permits.size() > 1) {
            permits.sort(Comparator.comparing(CompiledPolicy::id));
        }
        if (forbids.size() > 1) {
            forbids.sort(Comparator.comparing(CompiledPolicy::id));
        }
        if (failures.size() > 1) {
            failures.sort(Comparator.comparing(failure -> failure.policy().id()));
        }
    }

    public List<CompiledPolicy> permits() {
        return permits;
    }

    public List<CompiledPolicy> forbids() {
        return forbids;
    }

    public List<Failure> failures() {
        return failures;
    }

    /** Cedar's own rule, which skips policies that fail. The decision point is stricter. */
    public boolean cedarAllows() {
        return forbids.isEmpty() && !permits.isEmpty();
    }
}
