package rein.respond;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/** A grant in force, and how much of it is left. Safe for any thread. */
final class HeldGrant {
    private enum State {
        OPEN,
        TAKEN,
        USED
    }

    private final Grant grant;
    private final long deadlineNanos;
    private final boolean ends;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

    /**
     * @param deadlineNanos by the ticker; read only where the grant ends by the clock
     */
    HeldGrant(Grant grant, long deadlineNanos) {
        this.grant = grant;
        this.deadlineNanos = deadlineNanos;
        this.ends = grant.terms() instanceof Terms.ForTime;
    }

    Grant grant() {
        return grant;
    }

    boolean isOver(long nanos) {
        return ends && nanos - deadlineNanos >= 0;
    }

    boolean permits(UUID run, long nanos) {
        return state.get() == State.OPEN && grant.covers(run) && !isOver(nanos);
    }

    /** Whether this call took it. */
    boolean take() {
        return state.compareAndSet(State.OPEN, State.TAKEN);
    }

    void giveBack() {
        state.compareAndSet(State.TAKEN, State.OPEN);
    }

    void used() {
        state.set(State.USED);
    }

    boolean isUsed() {
        return state.get() == State.USED;
    }
}
