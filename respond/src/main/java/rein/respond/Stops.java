package rein.respond;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import rein.vocabulary.Draft;
import rein.vocabulary.Enforcer;
import rein.vocabulary.Receipt;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Recorder;
import rein.vocabulary.Run;
import rein.vocabulary.StopOrder;
import rein.vocabulary.StopOrder.Mode;
import rein.vocabulary.StopOrder.Scope;
import rein.vocabulary.Ticker;
import rein.vocabulary.Uuid7;

/**
 * The off-switch. An order is written down, recorded, and takes effect, in this order and whatever
 * fails: the journal needs no free disk, and if neither the journal nor the log takes it, it takes
 * effect all the same and is recorded late. This is the only effect that may come before its
 * record.
 *
 * <p>Safe for any thread. It owns no thread that outlives a call but those of enforcement points
 * that hang. Somebody calls {@link #flushLate} now and then.
 */
public final class Stops {
    /** A person's name in an order; longer ones are cut. */
    public static final int ISSUER_CHARS_MAX = 256;

    private final StopWriter writer;
    private final Recorder recorder;
    private final LateRecords late;
    private final ReceiptSigner signer;
    private final ReceiptFolder receipts;
    private final Function<UUID, Optional<Run>> runs;
    private final Resumer resumer;
    private final Uuid7 ids;
    private final InstantSource clock;
    private final Ticker ticker;
    private final Enforcers enforcers;

    /** Guards epoch, journal and the change of what stands; never held while anybody is asked. */
    private final ReentrantLock lock = new ReentrantLock();

    private final ReentrantLock resuming = new ReentrantLock();
    private final Set<UUID> unrecorded = ConcurrentHashMap.newKeySet();
    private volatile Standing standing;
    private long epoch;

    /** Where stops keep things and whom they ask. */
    public record Ports(
            StopJournal journal,
            Recorder recorder,
            LateRecords late,
            ReceiptSigner signer,
            ReceiptFolder receipts,
            Function<UUID, Optional<Run>> runs,
            Resumer resumer) {}

    /**
     * Begins with the orders that the journal says are in force.
     *
     * @param epochMin at least the highest epoch that the log or a snapshot has shown; 0 if unknown
     */
    public Stops(Ports ports, long epochMin, Uuid7 ids, InstantSource clock, Ticker ticker) {
        this(ports, epochMin, ids, clock, ticker, Enforcers.WAIT_MAX, LateRecords.WAIT_MAX);
    }

    Stops(
            Ports ports,
            long epochMin,
            Uuid7 ids,
            InstantSource clock,
            Ticker ticker,
            Duration pointWaitMax,
            Duration diskWaitMax) {
        this.writer = new StopWriter(ports.journal, diskWaitMax);
        this.recorder = ports.recorder;
        this.late = ports.late;
        this.signer = ports.signer;
        this.receipts = ports.receipts;
        this.runs = ports.runs;
        this.resumer = ports.resumer;
        this.ids = ids;
        this.clock = clock;
        this.ticker = ticker;
        this.enforcers = new Enforcers(pointWaitMax);
        this.epoch = Math.max(epochMin, ports.journal.highestEpoch());
        this.standing = Standing.of(ports.journal.inForce());
        for (StopOrder order : ports.journal.unrecorded()) {
            unrecorded.add(order.id());
            late.keepForLater(
                    StopRecords.ordered(order, run(order)), () -> recordedNow(order.id()));
        }
    }

    /**
     * Adds an enforcement point; receipts list it from now on.
     *
     * @throws IllegalArgumentException when the name is taken
     */
    public void register(String name, Enforcer enforcer) {
        enforcers.register(name, enforcer);
    }

    /**
     * Orders a stop. If the same scope is under an order of the same mode already, that order is
     * cut again and a fresh receipt is given. Returns within the bounds of a record and of the
     * enforcement points' wait, and never refuses.
     *
     * @param issuer the person, or {@code rein:detect}
     * @param cause id of the record that led to it
     */
    public Receipt issue(
            Scope scope, Mode mode, String reason, String issuer, Optional<UUID> cause) {
        long began = ticker.nanos();
        Optional<StopOrder> fresh = Optional.empty();
        StopOrder order;
        lock.lock();
        try {
            Optional<StopOrder> same = standing.find(scope, mode);
            if (same.isPresent()) {
                order = same.get();
            } else {
                order = newOrder(scope, mode, reason, issuer, cause);
                fresh = Optional.of(order);
                unrecorded.add(order.id());
                writer.order(order);
                // INVARIANT: no new run slips in between, since what stands is asked before any.
                standing = standing.with(order);
            }
        } finally {
            lock.unlock();
        }
        Optional<UUID> ordered = fresh.flatMap(this::record);
        return enforce(order, ordered, began);
    }

    /** Orders in force, oldest first. */
    public List<StopOrder> inForce() {
        return standing.orders();
    }

    /**
     * The weightiest order that covers a run, also through the run that spawned it. Takes no lock;
     * asked before every new run, every lease and every thaw.
     */
    public Optional<StopOrder> standing(Run run) {
        return standing.covering(run);
    }

    /**
     * Ends an order. It is recorded and written down first, and only then do its runs go on, unless
     * another order covers them.
     *
     * @param person who answers for it
     * @throws StopException {@code NOT_IN_FORCE}; {@code NOT_RESUMED} when it could not be
     *     recorded: then it stays in force; {@code NOT_THAWED} when it is ended but a run stays
     *     frozen
     */
    public StopOrder resume(UUID id, String person, String reason) throws StopException {
        resuming.lock();
        try {
            StopOrder order =
                    standing.find(id)
                            .orElseThrow(() ->
                                    new StopException(
                                            StopException.Code.NOT_IN_FORCE,
                                            "No stop order "
                                                    + id
                                                    + " is in force; choose one of those that are."));
            end(order, person, Words.clean(reason, StopOrder.REASON_CHARS_MAX));
            thaw(order);
            return order;
        } finally {
            resuming.unlock();
        }
    }

    /**
     * Ends every order with exactly this scope.
     *
     * @throws StopException when there is none, or one of them could not be ended
     */
    public List<StopOrder> resume(Scope scope, String person, String reason) throws StopException {
        List<StopOrder> orders = standing.of(scope).toList();
        if (orders.isEmpty()) {
            throw new StopException(
                    StopException.Code.NOT_IN_FORCE,
                    "No stop order for "
                            + ScopeName.say(scope)
                            + " is in force. An order for a wider scope is ended by its own name.");
        }
        List<StopOrder> ended = new ArrayList<>();
        for (StopOrder order : orders) {
            ended.add(resume(order.id(), person, reason));
        }
        return ended;
    }

    /**
     * Ends the orders for one run that is over: its id never comes again, and the journal has room
     * for {@link StopJournal#ORDERS_MAX} only. Nothing is thawed.
     */
    public void runEnded(UUID run) {
        resuming.lock();
        try {
            for (StopOrder order : standing.of(new Scope.OfRun(run)).toList()) {
                try {
                    end(order, "rein:run-ended", "The run is over.");
                } catch (StopException notNow) {
                    // It stays in force and takes a place in the journal; nothing else is lost.
                    return;
                }
            }
        } finally {
            resuming.unlock();
        }
    }

    /**
     * Offers again what the journal and the log would not take.
     *
     * @return how many records got into the log
     */
    public int flushLate() {
        writer.retry(standing);
        return late.flush();
    }

    /** Enforcement points, by name. */
    public List<String> enforcementPoints() {
        return enforcers.names();
    }

    private StopOrder newOrder(
            Scope scope, Mode mode, String reason, String issuer, Optional<UUID> cause) {
        epoch++;
        return new StopOrder(
                ids.next(),
                scope,
                mode,
                Words.clean(reason, StopOrder.REASON_CHARS_MAX),
                Words.clean(issuer, ISSUER_CHARS_MAX),
                epoch,
                clock.instant(),
                cause);
    }

    private Optional<UUID> record(StopOrder order) {
        return late.record(StopRecords.ordered(order, run(order)), () -> recordedNow(order.id()))
                .map(entry -> entry.stamp().id());
    }

    private void recordedNow(UUID order) {
        unrecorded.remove(order);
        writer.recorded(order);
    }

    private Receipt enforce(StopOrder order, Optional<UUID> ordered, long began) {
        boolean recordedLate =
                (unrecorded.contains(order.id()) && ordered.isEmpty())
                        || writer.isUnwritten(order.id());
        Enforcers.Answers answers = enforcers.cut(order);
        Receipt receipt =
                signer.sign(
                        new Receipt(
                                order,
                                answers.confirmed(),
                                answers.unconfirmed(),
                                (ticker.nanos() - began) / 1_000,
                                recordedLate,
                                signer.keyId(),
                                ""));
        late.record(StopRecords.receipt(receipt, run(order), ordered));
        receipts.save(receipt);
        return receipt;
    }

    private void end(StopOrder order, String person, String reason) throws StopException {
        Draft resumed = StopRecords.resumed(order, run(order), person, reason);
        try {
            recorder.append(resumed);
        } catch (RecordRefusedException refused) {
            throw new StopException(
                    StopException.Code.NOT_RESUMED,
                    "The resume could not be recorded, so the stop stays in force: "
                            + refused.getMessage()
                            + ". Try again when the log takes records.",
                    refused);
        }
        if (!writer.resumed(order.id())) {
            // The log says that it ended; say there that it did not.
            late.record(StopRecords.ordered(order, run(order)));
            throw new StopException(
                    StopException.Code.NOT_RESUMED,
                    "The resume could not be written to the stop journal, so the stop stays in"
                            + " force. Look after the disk of the data folder and try again.");
        }
        lock.lock();
        try {
            standing = standing.without(order.id());
        } finally {
            lock.unlock();
        }
    }

    /** Bounded: a thaw that hangs may not hold up a later one for ever. */
    private void thaw(StopOrder ended) throws StopException {
        long before = epochNow();
        CompletableFuture<Boolean> thawed = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("thaw")
                .start(() -> {
                    try {
                        resumer.thaw(ended, run -> standing(run).isPresent());
                        cutAgain(before);
                        thawed.complete(true);
                    } catch (RuntimeException broken) {
                        cutAgain(before);
                        thawed.completeExceptionally(broken);
                    }
                });
        Patience.upTo(thawed, Enforcers.WAIT_MAX);
        if (thawed.state() == Future.State.SUCCESS) {
            return;
        }
        // A late one goes on by itself, and cuts again what was ordered meanwhile.
        String why =
                thawed.isDone()
                        ? Enforcers.why(thawed.exceptionNow())
                        : "thawing takes longer than " + Enforcers.WAIT_MAX.toMillis() + " ms";
        throw new StopException(
                StopException.Code.NOT_THAWED,
                "The stop is ended and that is recorded, but its runs do not all go on: "
                        + why
                        + ". Look at the runs; start again those that stay frozen.");
    }

    /** A stop that was ordered during the thaw may have frozen a run just before it was thawed. */
    private void cutAgain(long before) {
        for (StopOrder order : standing.orders()) {
            if (order.epoch() > before) {
                enforce(order, Optional.empty(), ticker.nanos());
            }
        }
    }

    private long epochNow() {
        lock.lock();
        try {
            return epoch;
        } finally {
            lock.unlock();
        }
    }

    private Optional<Run> run(StopOrder order) {
        return order.scope() instanceof Scope.OfRun(UUID run) ? runs.apply(run) : Optional.empty();
    }
}
