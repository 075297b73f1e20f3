package rein.respond;

import java.time.Duration;

/**
 * A run's permission to go on, as a pure state machine. It is granted for a duration, counted from
 * when the node <em>sent</em> its renewal, so that a slow answer never lengthens it; all times are
 * nanoseconds of the boot clock, which also runs while a laptop sleeps.
 *
 * <p>When it runs out the run is denied everything and frozen; when nobody renews it for {@link
 * #GRACE} more, the run is killed. The grace is counted from when the lapse was noticed, so that a
 * laptop that slept all night finds its session frozen and can renew it, not killed.
 *
 * @param sentNanos when the renewal that is in force was sent
 * @param lapsedNanos when the lapse was noticed; meaningful only if {@code lapsed}
 * @param expired it is over, whatever comes
 */
public record Lease(
        long sentNanos, Duration length, boolean lapsed, long lapsedNanos, boolean expired) {
    /** For runs that nobody watches: rollouts, CI. */
    public static final Duration UNATTENDED = Duration.ofSeconds(15);

    /** For a person's own session: a working day without the control plane. */
    public static final Duration PERSONAL = Duration.ofHours(8);

    /**
     * A lease is renewed three times before it would run out (15 s: every 5 s), and at least this
     * often, so that a revocation reaches a session whose stop order got lost.
     */
    public static final Duration RENEWAL_MAX = Duration.ofMinutes(5);

    /** From freeze to kill. */
    public static final Duration GRACE = Duration.ofMinutes(5);

    /** What a run may do. */
    public enum State {
        VALID,
        /** Denied and frozen; a renewal brings it back. */
        LAPSED,
        /** Killed; nothing brings it back. */
        EXPIRED
    }

    public Lease {
        if (length.isNegative() || length.isZero()) {
            throw new IllegalArgumentException("a lease of " + length);
        }
    }

    public static Lease granted(long sentNanos, Duration length) {
        return new Lease(sentNanos, length, false, 0, false);
    }

    /** As of now, whether or not anybody noticed; doors ask this for every request. */
    public State at(long nowNanos) {
        if (expired) {
            return State.EXPIRED;
        }
        if (lapsed) {
            return nowNanos - lapsedNanos >= GRACE.toNanos() ? State.EXPIRED : State.LAPSED;
        }
        return isOver(nowNanos) ? State.LAPSED : State.VALID;
    }

    /** What was noticed now becomes part of the lease. */
    public Lease noticed(long nowNanos) {
        return switch (at(nowNanos)) {
            case VALID -> this;
            case LAPSED -> lapsed ? this : new Lease(sentNanos, length, true, nowNanos, false);
            case EXPIRED -> new Lease(sentNanos, length, true, lapsedNanos, true);
        };
    }

    /**
     * With an answer to a renewal. An answer that is older than the one in force, or that came so
     * late that it is over already, changes nothing; nor does any after the end.
     */
    public Lease renewed(long renewalSentNanos, Duration granted, long nowNanos) {
        Lease now = noticed(nowNanos);
        Lease next = granted(renewalSentNanos, granted);
        boolean newer = renewalSentNanos - sentNanos > 0;
        return now.expired || !newer || next.isOver(nowNanos) ? now : next;
    }

    /** Whether it is time to ask for a renewal. */
    public boolean isDue(long nowNanos) {
        Duration third = length.dividedBy(3);
        Duration every = third.compareTo(RENEWAL_MAX) < 0 ? third : RENEWAL_MAX;
        return !expired && (lapsed || nowNanos - sentNanos >= every.toNanos());
    }

    private boolean isOver(long nowNanos) {
        return nowNanos - sentNanos >= length.toNanos();
    }
}
