package rein.gateway;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import rein.vocabulary.Consent;
import rein.vocabulary.Decision;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Reason;
import rein.vocabulary.Request;
import rein.vocabulary.RunFacts;
import rein.vocabulary.Snapshot;
import rein.vocabulary.Taint;
import rein.vocabulary.Ticker;

/**
 * What one run has done so far: taints and counters, shared by all doors of the run.
 *
 * <p>INVARIANT: facts are read, decided on and updated under one lock, so that parallel calls
 * cannot pass a limit that either of them would have reached. Safe for any thread; the decision
 * point is called with the lock held and must not block.
 */
public final class RunLedger {
    public static final String DECISIONS = "decisions";
    public static final String ALLOWED = "allowed";
    public static final String DENIALS = "denials";

    /** Denials that are counted and not shouted: what known clients report on themselves. */
    public static final String QUIET_DENIALS = "quiet-denials";

    public static final String DENIED_GOALS = "denied-goals";
    public static final String CONNECTIONS = "connections";
    public static final String CONNECTIONS_REFUSED = "connections-refused";
    public static final String SENT_BYTES = "sent-bytes";
    public static final String RECEIVED_BYTES = "received-bytes";

    /** What people approved for this run: grants to it, and requests that were held for them. */
    public static final String APPROVALS = "approvals";

    /** Programs that were executed for the first time. */
    public static final String NEW_BINARIES = "new-binaries";

    public static final String NAME_LOOKUPS = "name-lookups";
    public static final String NAME_LOOKUPS_UNRECORDED = "name-lookups-unrecorded";
    public static final String RECORDS_REFUSED = "records-refused";

    /** Names of counters and taints are a fixed vocabulary of the doors; more is a bug. */
    public static final int NAMES_MAX = 64;

    /** Denied goals remembered per run; a sweep over more hosts is one finding already. */
    public static final int GOALS_MAX = 1_024;

    /** Routes remembered per goal; suspension needs three (DESIGN §6). */
    public static final int ROUTES_MAX = 16;

    /**
     * A decision and what it was made on.
     *
     * @param snapshot number of the snapshot decided on
     * @param use what an allowed decision uses up
     * @param asked all that policy was asked and answered, with the facts of the run; empty where a
     *     door said no by itself
     * @param taints of the run, this decision's among them
     */
    public record Decided(
            Decision decision,
            long snapshot,
            RunGrants.Use use,
            Optional<DecisionBasis.Asked> asked,
            SortedSet<String> taints) {
        public Decided {
            taints = Collections.unmodifiableSortedSet(new TreeSet<>(taints));
        }

        /** A denial that a door itself pronounces. */
        public Decided(Decision decision, long snapshot) {
            this(
                    decision,
                    snapshot,
                    new RunGrants.Use.Lasting(),
                    Optional.empty(),
                    Collections.emptySortedSet());
        }

        /** The same with another outcome. */
        public Decided but(Decision other) {
            return new Decided(other, snapshot, use, asked, taints);
        }
    }

    /**
     * What an allowed decision leaves behind, besides what its policies say.
     *
     * @param taints that stick from now on
     * @param approved the yes that was said, where the decision needs one
     */
    public record Wake(Set<Taint> taints, Optional<Consent.Role> approved, Reason by) {
        /** Nothing. */
        public static final Wake NONE = of(Set.of());

        public Wake {
            taints = Set.copyOf(taints);
        }

        public static Wake of(Set<Taint> taints) {
            return new Wake(taints, Optional.empty(), new Reason("", "", ""));
        }

        /** The same, once somebody in this role said yes. */
        public Wake approved(Consent.Role role, Reason how) {
            return new Wake(taints, Optional.of(role), how);
        }

        private boolean satisfies(Decision decision) {
            return decision.consent()
                    .filter(needed ->
                            approved.filter(r -> r.compareTo(needed.role()) >= 0).isPresent())
                    .isPresent();
        }
    }

    /**
     * All that a ledger holds, to be given from one node to the next.
     *
     * @param routes denied goal → the routes by which it was denied
     */
    public record Copy(
            SortedMap<String, Long> counters,
            SortedSet<String> taints,
            SortedMap<String, SortedSet<String>> routes,
            History.Copy history) {
        public Copy {
            counters = Collections.unmodifiableSortedMap(new TreeMap<>(counters));
            taints = Collections.unmodifiableSortedSet(new TreeSet<>(taints));
            routes = Collections.unmodifiableSortedMap(new TreeMap<>(routes));
            if (counters.size() > NAMES_MAX
                    || taints.size() > NAMES_MAX
                    || routes.size() > GOALS_MAX) {
                throw new IllegalArgumentException("more than a ledger holds");
            }
        }
    }

    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final Ticker ticker;
    private final History history;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Long> counters = new TreeMap<>();
    private final Set<String> taints = new TreeSet<>();
    private final Map<String, Set<String>> deniedRoutes = new HashMap<>();

    /** A run's that begins. */
    public RunLedger(Ticker ticker) {
        this(ticker, new History());
    }

    private RunLedger(Ticker ticker, History history) {
        this.ticker = ticker;
        this.history = history;
    }

    /** A ledger that goes on where another left off, on the same machine since it started. */
    public static RunLedger of(Copy copy, Ticker ticker) {
        RunLedger ledger = new RunLedger(ticker, new History(copy.history()));
        ledger.counters.putAll(copy.counters());
        ledger.taints.addAll(copy.taints());
        copy.routes().forEach((goal, ways) -> ledger.deniedRoutes.put(goal, new HashSet<>(ways)));
        return ledger;
    }

    public Copy copy() {
        lock.lock();
        try {
            SortedMap<String, SortedSet<String>> routes = new TreeMap<>();
            deniedRoutes.forEach((goal, ways) -> routes.put(goal, new TreeSet<>(ways)));
            return new Copy(new TreeMap<>(counters), new TreeSet<>(taints), routes, history.copy());
        } finally {
            lock.unlock();
        }
    }

    /** Decides on the facts as they are and counts the outcome, in one step. */
    public Decided decide(DecisionPoint point, Request request, RunContext context) {
        return decide(point, request, context, Wake.NONE);
    }

    /**
     * The same.
     *
     * @param wake what it leaves behind if it is allowed
     */
    public Decided decide(DecisionPoint point, Request request, RunContext context, Wake wake) {
        lock.lock();
        try {
            Snapshot snapshot = context.snapshot();
            Request known = known(request);
            RunFacts facts = facts(context);
            Decision decision = point.decide(known, snapshot, facts);
            DecisionBasis.Asked asked = new DecisionBasis.Asked(known, facts, decision);
            RunGrants.Use use = new RunGrants.Use.Lasting();
            if (wake.satisfies(decision)) {
                decision = decision.approved(wake.by());
                use = new RunGrants.Use.Approved();
            } else if (decision.allowed()) {
                use = context.grants().take(decision);
            }
            if (use instanceof RunGrants.Use.Gone) {
                decision = Refusals.grantGone();
            }
            add(DECISIONS, 1);
            if (decision.allowed()) {
                add(ALLOWED, 1);
                decision.taints().forEach(taint -> stick(taint.label()));
                wake.taints().forEach(taint -> stick(taint.label()));
            }
            return new Decided(
                    decision, snapshot.number(), use, Optional.of(asked), new TreeSet<>(taints));
        } finally {
            lock.unlock();
        }
    }

    private Request known(Request request) {
        return request.with(
                History.MEMBER, history.facts(request.resource().id(), taints, counters, minute()));
    }

    private long minute() {
        return Math.floorDiv(ticker.nanos(), MINUTE_NANOS);
    }

    /** Decides without counting: for a look ahead, and for flows that are already open. */
    public Decision foresee(DecisionPoint point, Request request, RunContext context) {
        return foresee(point, request, context, List.of());
    }

    /**
     * The same.
     *
     * @param more what the flow was opened with: a grant for one use, which is no longer in force
     *     for others
     */
    public Decision foresee(
            DecisionPoint point, Request request, RunContext context, List<PolicyText> more) {
        lock.lock();
        try {
            return point.decide(known(request), context.snapshot(), facts(context, more));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Counts a denial of a goal by a route.
     *
     * @param goal what the run tried to reach: a host
     * @param route the way it tried: {@code transparent/ssh/22}
     * @return by how many different routes this goal has been denied now, at most {@link
     *     #ROUTES_MAX}; 0 where the goal is not remembered because there are too many
     */
    public int denied(String goal, String route) {
        lock.lock();
        try {
            add(DENIALS, 1);
            Set<String> routes = deniedRoutes.get(goal);
            if (routes == null) {
                // One that cannot be remembered counts as another one each time.
                add(DENIED_GOALS, 1);
                if (deniedRoutes.size() >= GOALS_MAX) {
                    return 0;
                }
                routes = new HashSet<>();
                deniedRoutes.put(goal, routes);
            }
            if (routes.size() < ROUTES_MAX) {
                routes.add(route);
            }
            return routes.size();
        } finally {
            lock.unlock();
        }
    }

    /** Counts a denial that says nothing of what the run is after. */
    public void denied() {
        count(DENIALS, 1);
    }

    public void count(String name, long more) {
        lock.lock();
        try {
            add(name, more);
        } finally {
            lock.unlock();
        }
    }

    public void taint(Taint taint) {
        lock.lock();
        try {
            stick(taint.label());
        } finally {
            lock.unlock();
        }
    }

    /** INVARIANT: called with the lock held. */
    private void stick(String taint) {
        if (taints.size() < NAMES_MAX) {
            taints.add(taint);
        }
    }

    /** Their labels at this moment. */
    public SortedSet<String> taints() {
        lock.lock();
        try {
            return new TreeSet<>(taints);
        } finally {
            lock.unlock();
        }
    }

    /** The run was let through to this host; it is no new one any more. */
    public void reached(String host) {
        lock.lock();
        try {
            history.reached(host);
        } finally {
            lock.unlock();
        }
    }

    /** A program was executed; its file as the kernel says it. */
    public void executed(String binary) {
        lock.lock();
        try {
            if (history.isNew(binary)) {
                add(NEW_BINARIES, 1);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Connections were opened, or closed where it is negative. */
    public void opened(int connections) {
        lock.lock();
        try {
            history.opened(connections);
        } finally {
            lock.unlock();
        }
    }

    /** The counter's value; 0 if nothing has been counted. */
    public long counter(String name) {
        lock.lock();
        try {
            return counters.getOrDefault(name, 0L);
        } finally {
            lock.unlock();
        }
    }

    /** A copy of the facts at this moment. */
    public RunFacts facts(RunContext context) {
        return facts(context, List.of());
    }

    private RunFacts facts(RunContext context, List<PolicyText> more) {
        lock.lock();
        try {
            List<PolicyText> granted = context.grants().permits();
            List<PolicyText> policies = context.policies();
            if (!granted.isEmpty() || !more.isEmpty()) {
                policies = new ArrayList<>(policies);
                policies.addAll(granted);
                policies.addAll(more);
            }
            return new RunFacts(context.run(), context.pack(), policies, taints, counters);
        } finally {
            lock.unlock();
        }
    }

    private void add(String name, long more) {
        if (counters.size() >= NAMES_MAX && !counters.containsKey(name)) {
            throw new IllegalArgumentException("counter '" + name + "' is one too many");
        }
        counters.merge(name, more, Long::sum);
        history.counted(name, minute(), more);
    }
}
