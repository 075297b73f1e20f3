package rein.respond;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import rein.vocabulary.Draft;
import rein.vocabulary.PolicyText;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Run;
import rein.vocabulary.Ticker;
import rein.vocabulary.Uuid7;

/**
 * Grants: what people allow an agent after it was denied. A grant is recorded, and only then in
 * force; the record is also where it is kept, so that it needs no database. Its end (used, expired,
 * taken back) takes effect whatever the log does, like a stop.
 *
 * <p>INVARIANT: a grant is never longer than {@link Terms#LENGTH_MAX} or its run. Time is the
 * ticker's; the wall clock counts only across a restart, and never makes a grant longer.
 *
 * <p>Safe for any thread. Changes wait for each other and for the log; reading takes no lock.
 * Somebody calls {@link #tick} every second.
 */
public final class Approvals {
    /** In force on a node; each costs a compiled policy of a few KiB. */
    public static final int GRANTS_MAX = 1_024;

    /** In force for one agent; more is a policy that nobody has written yet. */
    public static final int GRANTS_PER_AGENT_MAX = 128;

    /** How the names of grants' policies begin; no file can have such a name. */
    public static final String NAME = "grant/";

    /** A grant and whether its one use is over. */
    public record InForce(Grant grant, boolean used) {}

    private final ApprovalPorts ports;
    private final Uuid7 ids;
    private final InstantSource clock;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final GrantShelf shelf = new GrantShelf();
    private final Proposals proposals;
    private final HeldAsks held;

    public Approvals(ApprovalPorts ports, Uuid7 ids, InstantSource clock, Ticker ticker) {
        this.ports = ports;
        this.ids = ids;
        this.clock = clock;
        this.ticker = ticker;
        this.proposals = new Proposals(clock);
        this.held = new HeldAsks(ports, clock, ticker);
    }

    /** The requests that wait at a door for an answer. */
    public HeldAsks held() {
        return held;
    }

    /**
     * A person says yes. In force when it returns, or waiting for somebody else.
     *
     * @param reason the person's own words; may be empty
     * @throws ApprovalException when nothing is granted
     */
    public Approval approve(
            Denial denial, Terms terms, Approver by, Approval.Need need, String reason)
            throws ApprovalException {
        lock.lock();
        try {
            if (!(terms instanceof Terms.ForTime) && !ports.isLive().test(denial.run())) {
                throw new ApprovalException(
                        ApprovalException.Code.RUN_OVER,
                        "Its run is over. To allow it in later runs of agent "
                                + denial.agent()
                                + ": rein approve "
                                + denial.shortId()
                                + " --for 24h");
            }
            Optional<Grant> same = same(denial, terms);
            if (same.isPresent()) {
                return new Approval.Granted(same.get(), true);
            }
            String why = Words.clean(reason, GrantRecords.REASON_CHARS_MAX);
            if (need.approvers() < 2) {
                return grant(denial, terms, List.of(by), need, why);
            }
            Optional<Proposal> before = proposals.find(denial.id());
            return before.isPresent()
                    ? second(before.get(), terms, by, need, why)
                    : propose(denial, terms, List.of(by), why);
        } finally {
            lock.unlock();
        }
    }

    private Approval second(
            Proposal before, Terms terms, Approver by, Approval.Need need, String reason)
            throws ApprovalException {
        Denial denial = before.denial();
        if (!before.terms().equals(terms)) {
            throw new ApprovalException(
                    ApprovalException.Code.OTHER_TERMS,
                    before.by()
                            + " proposed it "
                            + before.terms().shown()
                            + ". To approve exactly that: rein approve "
                            + denial.shortId()
                            + " "
                            + before.terms().flag());
        }
        for (Approver first : before.approvers()) {
            if (first.isCertainlyNot(by)) {
                return grant(denial, terms, List.of(first, by), need, reason);
            }
        }
        if (before.approvers().contains(by)) {
            throw new ApprovalException(
                    ApprovalException.Code.SAME_PERSON,
                    "It is above the ceiling and needs a second person, with a token or a login of"
                            + " their own: rein approve "
                            + denial.shortId()
                            + " "
                            + terms.flag());
        }
        List<Approver> all = new ArrayList<>(before.approvers());
        all.add(by);
        return propose(denial, terms, all, reason);
    }

    private Approval propose(Denial denial, Terms terms, List<Approver> by, String reason)
            throws ApprovalException {
        if (!proposals.hasRoom(denial.id())) {
            throw new ApprovalException(
                    ApprovalException.Code.FULL,
                    Proposals.COUNT_MAX
                            + " approvals wait for a second person; complete some first.");
        }
        append(GrantRecords.proposed(denial, terms, by, reason, run(denial)));
        Proposal proposal = new Proposal(denial, terms, by, clock.instant());
        proposals.put(proposal);
        return new Approval.Waiting(proposal);
    }

    private Approval grant(
            Denial denial, Terms terms, List<Approver> by, Approval.Need need, String reason)
            throws ApprovalException {
        makeRoom(denial.agent());
        UUID id = freshId();
        PolicyText permit =
                ports.permits()
                        .of(
                                name(id),
                                denial,
                                terms,
                                "Approved by " + Grant.shown(by) + " " + terms.shown() + ".");
        UUID record =
                append(
                        GrantRecords.granted(
                                id,
                                denial,
                                terms,
                                by,
                                need.aboveCeiling(),
                                need.approvers(),
                                permit,
                                reason,
                                run(denial)));
        Grant grant =
                new Grant(
                        id,
                        record,
                        denial,
                        terms,
                        permit,
                        by,
                        need.aboveCeiling(),
                        clock.instant());
        hold(grant, Duration.ofSeconds(terms.seconds()));
        proposals.remove(denial.id());
        ports.granted().accept(grant);
        return new Approval.Granted(grant, false);
    }

    private void hold(Grant grant, Duration left) {
        shelf.add(new HeldGrant(grant, ticker.nanos() + left.toNanos()));
    }

    /** The name under which a grant's policy stands in decisions. */
    private static String name(UUID grant) {
        return NAME + Uuid7.shortForm(grant);
    }

    /** INVARIANT: no two grants in force have one name, since decisions name them by it. */
    private UUID freshId() {
        UUID id = ids.next();
        while (shelf.isTaken(name(id))) {
            id = ids.next();
        }
        return id;
    }

    /** Whether what was denied is allowed meanwhile. */
    public boolean isGranted(Denial denial) {
        return shelf.allowing(denial, ticker.nanos()).findAny().isPresent();
    }

    /** A second yes to the same gives no second use, and makes nothing longer. */
    private Optional<Grant> same(Denial denial, Terms terms) {
        return shelf.allowing(denial, ticker.nanos())
                .filter(grant -> grant.terms().equals(terms) && !(terms instanceof Terms.ForTime))
                .findFirst();
    }

    private void makeRoom(String agent) throws ApprovalException {
        if (!shelf.hasRoom(agent, GRANTS_MAX, GRANTS_PER_AGENT_MAX)) {
            throw new ApprovalException(
                    ApprovalException.Code.FULL,
                    "As many grants are in force as may be ("
                            + GRANTS_PER_AGENT_MAX
                            + " for an agent, "
                            + GRANTS_MAX
                            + " in all). Write a policy, or take some back: rein approvals");
        }
    }

    /** The permits in force for one run of an agent. Takes no lock. */
    public List<PolicyText> permits(String agent, UUID run) {
        List<HeldGrant> held = shelf.of(agent);
        if (held.isEmpty()) {
            return List.of();
        }
        long now = ticker.nanos();
        return held.stream()
                .filter(each -> each.permits(run, now))
                .map(each -> each.grant().permit())
                .toList();
    }

    /** The grant in force, or just used, whose policy has this name. */
    public Optional<Grant> named(String agent, String policyName) {
        return shelf.of(agent).stream()
                .map(HeldGrant::grant)
                .filter(grant -> grant.permit().name().equals(policyName))
                .findFirst();
    }

    /** Takes a grant for one use; true for exactly one of those who try. */
    public boolean take(UUID grant) {
        return shelf.find(grant).map(HeldGrant::take).orElse(false);
    }

    /** Nothing came of it. */
    public void giveBack(UUID grant) {
        shelf.find(grant).ifPresent(HeldGrant::giveBack);
    }

    /**
     * Records that it was used; only then may the effect happen.
     *
     * @param decision the record of the decision that used it
     */
    public void used(UUID grant, UUID decision) throws RecordRefusedException {
        Optional<HeldGrant> held = shelf.find(grant);
        if (held.isPresent()) {
            Grant used = held.get().grant();
            ports.recorder()
                    .append(GrantRecords.ended(used, "used", decision, run(used.denial())).build());
            held.get().used();
        }
    }

    /** Whether a flow that was opened with it may go on. */
    public boolean stands(UUID grant) {
        return shelf.find(grant).isPresent();
    }

    /** Grants in force, oldest first; with those whose one use may still be going on. */
    public List<InForce> inForce() {
        long now = ticker.nanos();
        return shelf.all().stream()
                .filter(held -> !held.isOver(now))
                .sorted(
                        Comparator.comparing((HeldGrant held) -> held.grant().granted())
                                .thenComparing(held -> held.grant().id()))
                .map(held -> new InForce(held.grant(), held.isUsed()))
                .toList();
    }

    /** What waits for a second person, oldest first. */
    public List<Proposal> proposals() {
        lock.lock();
        try {
            return proposals.all();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a grant back. It takes effect whatever the log does.
     *
     * @throws ApprovalException {@code NO_SUCH_GRANT}; {@code END_NOT_RECORDED} when it is taken
     *     back but the log did not take that
     */
    public Grant revoke(UUID id, String person, String reason) throws ApprovalException {
        Grant grant;
        boolean recorded;
        lock.lock();
        try {
            HeldGrant held =
                    shelf.find(id)
                            .orElseThrow(() ->
                                    new ApprovalException(
                                            ApprovalException.Code.NO_SUCH_GRANT,
                                            "No grant in force has this id; rein approvals lists"
                                                    + " them."));
            grant = held.grant();
            Draft ended =
                    GrantRecords.ended(grant, "revoked", grant.record(), run(grant.denial()))
                            .person(person)
                            .content("reason", Words.clean(reason, GrantRecords.REASON_CHARS_MAX))
                            .build();
            recorded = ports.late().record(ended).isPresent();
            shelf.remove(held);
        } finally {
            lock.unlock();
        }
        ports.ended().run();
        if (!recorded) {
            throw new ApprovalException(
                    ApprovalException.Code.END_NOT_RECORDED,
                    "It is taken back, but the log has not taken that yet; if the node restarted"
                            + " now, the grant would be in force again. See rein doctor.");
        }
        return grant;
    }

    /** Ends what has expired. */
    public void tick() {
        long now = ticker.nanos();
        boolean any = false;
        lock.lock();
        try {
            for (HeldGrant held : List.copyOf(shelf.all())) {
                if (held.isOver(now) && shelf.remove(held)) {
                    any = true;
                    Grant grant = held.grant();
                    ports.late()
                            .record(
                                    GrantRecords.ended(
                                                    grant,
                                                    "expired",
                                                    grant.record(),
                                                    run(grant.denial()))
                                            .build());
                }
            }
        } finally {
            lock.unlock();
        }
        if (any) {
            ports.ended().run();
        }
    }

    /** A run is over, and with it what was granted to it alone; the run's own record says so. */
    public void runEnded(UUID run) {
        lock.lock();
        try {
            for (HeldGrant held : List.copyOf(shelf.all())) {
                if (!(held.grant().terms() instanceof Terms.ForTime) && held.grant().covers(run)) {
                    shelf.remove(held);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Begins with what the log says is still in force. Grants to runs that are not there any more,
     * and what has expired meanwhile, are left out.
     *
     * @param goOn runs of an earlier process that this one goes on with
     */
    public void restore(GrantHistory history, Set<UUID> goOn) {
        lock.lock();
        try {
            Instant now = clock.instant();
            for (GrantHistory.Kept kept : history.grants()) {
                Duration left = kept.left(now);
                boolean wanted =
                        kept.terms() instanceof Terms.ForTime
                                ? left.isPositive()
                                : goOn.contains(kept.denial().run());
                if (wanted && shelf.all().size() < GRANTS_MAX) {
                    hold(kept.grant(ports.permits(), name(kept.id())), left);
                }
            }
            history.proposals().forEach(proposals::put);
        } finally {
            lock.unlock();
        }
    }

    private UUID append(Draft draft) throws ApprovalException {
        try {
            return ports.recorder().append(draft).stamp().id();
        } catch (RecordRefusedException refused) {
            throw new ApprovalException(
                    ApprovalException.Code.NOT_RECORDED,
                    "This could not be recorded, so nothing is granted: " + refused.getMessage());
        }
    }

    private Optional<Run> run(Denial denial) {
        return ports.runs().apply(denial.run());
    }
}
