package rein.respond;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import rein.vocabulary.Consent;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Ticker;

/**
 * Requests that wait at a door until somebody approves or refuses them. Whoever waits does so on
 * its own thread; an answer is recorded first, and only then counts. An answer and the end of the
 * time cannot both win.
 *
 * <p>Nothing here outlives the process: a request that waits is a connection, and whoever still
 * wants it asks anew. Safe for any thread.
 */
public final class HeldAsks {
    /** Of one run: more is a run that asks faster than anybody reads. */
    public static final int PER_RUN_MAX = 16;

    /** In all; each holds one of the node's connections. */
    public static final int COUNT_MAX = 256;

    /** How often whoever waits looks whether there is still something to wait for. */
    private static final long SLICE_MILLIS = 200;

    private static final class Waiting {
        private final HeldAsk ask;
        private final long deadlineNanos;
        private boolean beingAnswered;
        private Optional<HeldAnswer> answer = Optional.empty();

        private Waiting(HeldAsk ask, long deadlineNanos) {
            this.ask = ask;
            this.deadlineNanos = deadlineNanos;
        }
    }

    private final ApprovalPorts ports;
    private final InstantSource clock;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<UUID, Integer> places = new HashMap<>();
    private final Map<UUID, Waiting> waiting = new LinkedHashMap<>();
    private int taken;

    HeldAsks(ApprovalPorts ports, InstantSource clock, Ticker ticker) {
        this.ports = ports;
        this.clock = clock;
        this.ticker = ticker;
    }

    /** A place to wait in; empty where as many wait as may. Leave it afterwards. */
    public boolean enter(UUID run) {
        lock.lock();
        try {
            int here = places.getOrDefault(run, 0);
            if (taken >= COUNT_MAX || here >= PER_RUN_MAX) {
                return false;
            }
            places.put(run, here + 1);
            taken++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Gives the place back. */
    public void leave(UUID run) {
        lock.lock();
        try {
            int left = places.getOrDefault(run, 1) - 1;
            if (left <= 0) {
                places.remove(run);
            } else {
                places.put(run, left);
            }
            taken--;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until somebody answers, at most as long as the consent says.
     *
     * @param over whether there is nothing left to wait for; asked without a lock
     */
    public HeldAnswer await(Denial what, Consent consent, String digest, BooleanSupplier over) {
        HeldAsk ask = new HeldAsk(what, consent, digest, clock.instant().plus(consent.hold()));
        Waiting own = new Waiting(ask, ticker.nanos() + consent.hold().toNanos());
        lock.lock();
        try {
            waiting.put(ask.id(), own);
        } finally {
            lock.unlock();
        }
        Optional<HeldAnswer> end = Optional.empty();
        while (end.isEmpty()) {
            end = look(own, over.getAsBoolean());
        }
        if (!(end.get() instanceof HeldAnswer.Given)) {
            String how = end.get() instanceof HeldAnswer.Expired ? "expired" : "over";
            ports.late().record(HeldRecords.ended(ask, how, ports.runs().apply(what.run())));
        }
        return end.get();
    }

    /** Waits a little, unless it is over; empty where it goes on. */
    private Optional<HeldAnswer> look(Waiting own, boolean over) {
        lock.lock();
        try {
            Optional<HeldAnswer> end = end(own, over);
            long nanos = TimeUnit.MILLISECONDS.toNanos(SLICE_MILLIS);
            while (end.isEmpty() && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
                end = end(own, over);
            }
            if (end.isPresent()) {
                waiting.remove(own.ask.id());
            }
            return end;
        } catch (InterruptedException interrupted) {
            waiting.remove(own.ask.id());
            Thread.currentThread().interrupt();
            return Optional.of(new HeldAnswer.Over());
        } finally {
            lock.unlock();
        }
    }

    private Optional<HeldAnswer> end(Waiting own, boolean over) {
        if (own.answer.isPresent() || own.beingAnswered) {
            return own.answer;
        }
        if (over) {
            return Optional.of(new HeldAnswer.Over());
        }
        return ticker.nanos() - own.deadlineNanos >= 0
                ? Optional.of(new HeldAnswer.Expired())
                : Optional.empty();
    }

    /** What waits now, oldest first. */
    public List<HeldAsk> all() {
        lock.lock();
        try {
            return waiting.values().stream()
                    .filter(each -> each.answer.isEmpty())
                    .map(each -> each.ask)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Somebody answers. It counts when this returns.
     *
     * @param yes whether exactly this request may pass, once
     * @param as the role in which the answer counts
     * @param reason the person's own words; may be empty
     * @throws ApprovalException {@code NOT_WAITING} if it waits no more; {@code WRONG_ROLE}; {@code
     *     NOT_RECORDED} when the log did not take the answer, so that it does not count
     */
    public HeldAsk answer(UUID id, boolean yes, Approver by, Consent.Role as, String reason)
            throws ApprovalException {
        Waiting asked = claim(id, yes, as);
        Optional<HeldAnswer> given = Optional.empty();
        try {
            UUID record =
                    ports.recorder()
                            .append(
                                    HeldRecords.answered(
                                            asked.ask,
                                            yes,
                                            by,
                                            as,
                                            Words.clean(reason, GrantRecords.REASON_CHARS_MAX),
                                            ports.runs().apply(asked.ask.what().run())))
                            .stamp()
                            .id();
            given = Optional.of(new HeldAnswer.Given(yes, by, as, record));
            return asked.ask;
        } catch (RecordRefusedException refused) {
            throw new ApprovalException(
                    ApprovalException.Code.NOT_RECORDED,
                    "The answer could not be recorded, so it does not count: "
                            + refused.getMessage());
        } finally {
            release(asked, given);
        }
    }

    private Waiting claim(UUID id, boolean yes, Consent.Role as) throws ApprovalException {
        lock.lock();
        try {
            Waiting asked = waiting.get(id);
            if (asked == null || asked.beingAnswered || asked.answer.isPresent()) {
                throw new ApprovalException(
                        ApprovalException.Code.NOT_WAITING,
                        "This request does not wait any more: it was answered, or its time is over."
                                + " If the run tries again, it asks anew.");
            }
            Consent.Role needed = asked.ask.consent().role();
            if (yes && as.compareTo(needed) < 0) {
                throw new ApprovalException(
                        ApprovalException.Code.WRONG_ROLE,
                        "Its policy wants the approval of an " + needed.label() + ".");
            }
            asked.beingAnswered = true;
            return asked;
        } finally {
            lock.unlock();
        }
    }

    private void release(Waiting asked, Optional<HeldAnswer> answer) {
        lock.lock();
        try {
            asked.beingAnswered = false;
            asked.answer = answer;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
