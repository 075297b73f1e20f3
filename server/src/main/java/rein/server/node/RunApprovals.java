package rein.server.node;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import rein.gateway.RunGrants;
import rein.gateway.WaitingPlace;
import rein.gateway.Wanted;
import rein.respond.Approvals;
import rein.respond.Approver;
import rein.respond.Denial;
import rein.respond.Grant;
import rein.respond.HeldAnswer;
import rein.respond.Terms;
import rein.vocabulary.Consent;
import rein.vocabulary.Decision;
import rein.vocabulary.PolicyText;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Run;

/**
 * One run's denials that a person could lift, and the grants that lift them. A destination keeps
 * the id of its first denial as long as the run lasts. Whoever sits at the run's terminal is told
 * of each destination once. Safe for any thread.
 */
final class RunApprovals implements RunGrants {
    /** Destinations that are remembered; later ones are found in the log. */
    static final int DENIALS_MAX = 256;

    /** Lines on a run's terminal: whoever is shown more reads none. */
    static final int LINES_MAX = 20;

    private final Run run;
    private final Approvals approvals;
    private final InstantSource clock;
    private final Consumer<String> terminal;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Wanted, Denial> denials = new LinkedHashMap<>();

    /**
     * @param terminal says a line to whoever sits there
     */
    RunApprovals(Run run, Approvals approvals, InstantSource clock, Consumer<String> terminal) {
        this.run = run;
        this.approvals = approvals;
        this.clock = clock;
        this.terminal = terminal;
    }

    /** In the order in which they came. */
    List<Denial> denials() {
        lock.lock();
        try {
            return List.copyOf(denials.values());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<PolicyText> permits() {
        return approvals.permits(run.agent().name(), run.id());
    }

    @Override
    public Use take(Decision allowed) {
        List<Grant> forOneUse = new ArrayList<>();
        boolean lasts = false;
        for (String policy : allowed.policies()) {
            String name = policy.substring(0, Math.max(0, policy.indexOf('#')));
            if (!name.startsWith(Approvals.NAME)) {
                return new Use.Lasting();
            }
            Optional<Grant> grant = approvals.named(run.agent().name(), name);
            lasts |= grant.filter(found -> !(found.terms() instanceof Terms.Once)).isPresent();
            grant.filter(found -> found.terms() instanceof Terms.Once).ifPresent(forOneUse::add);
        }
        if (lasts) {
            return new Use.Granted();
        }
        for (Grant grant : forOneUse) {
            if (approvals.take(grant.id())) {
                return new Use.Taken(grant.id(), grant.permit());
            }
        }
        // What it rested on has ended since the decision; an allowed decision rests on something.
        return new Use.Gone();
    }

    @Override
    public void giveBack(Use.Taken taken) {
        approvals.giveBack(taken.grant());
    }

    @Override
    public void used(Use.Taken taken, UUID decision) throws RecordRefusedException {
        approvals.used(taken.grant(), decision);
    }

    @Override
    public boolean stands(Use.Taken taken) {
        return approvals.stands(taken.grant());
    }

    @Override
    public Optional<UUID> denial(Wanted wanted) {
        lock.lock();
        try {
            return Optional.ofNullable(denials.get(wanted)).map(Denial::id);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public UUID denied(Wanted wanted, UUID record) {
        Denial fresh = of(wanted, record);
        int count;
        lock.lock();
        try {
            Denial known = denials.get(wanted);
            if (known != null) {
                return known.id();
            }
            if (denials.size() >= DENIALS_MAX) {
                return record;
            }
            denials.put(wanted, fresh);
            count = denials.size();
        } finally {
            lock.unlock();
        }
        if (count <= LINES_MAX) {
            terminal.accept(
                    "denied "
                            + fresh.destination()
                            + " · to allow it: rein approve "
                            + fresh.shortId());
        } else if (count == LINES_MAX + 1) {
            terminal.accept("more is denied than is shown here: rein approvals");
        }
        return record;
    }

    private Denial of(Wanted wanted, UUID record) {
        return new Denial(
                record,
                run.agent().name(),
                run.agent().owner(),
                run.id(),
                wanted.host(),
                wanted.port(),
                wanted.protocol(),
                wanted.named(),
                wanted.addressClass(),
                clock.instant());
    }

    @Override
    public Optional<WaitingPlace> waitingPlace() {
        return approvals.held().enter(run.id()) ? Optional.of(new Place()) : Optional.empty();
    }

    /** One of the places of this run. */
    private final class Place implements WaitingPlace {
        @Override
        public Answer await(Question question, BooleanSupplier over) {
            Denial what = of(question.wanted(), question.id());
            Consent consent = question.consent();
            terminal.accept(
                    "waiting up to "
                            + consent.hold().toSeconds()
                            + " s for an "
                            + consent.role().label()
                            + ": "
                            + what.destination()
                            + " · to allow it once: rein approve "
                            + what.shortId()
                            + " · to refuse it: rein approvals --deny "
                            + what.shortId());
            return switch (approvals.held().await(what, consent, question.digest(), over)) {
                case HeldAnswer.Given(boolean yes, Approver by, Consent.Role as, UUID record) ->
                        yes
                                ? new Answer.Yes(as, by.shown(), record)
                                : new Answer.No(by.shown(), record);
                case HeldAnswer.Expired() -> new Answer.Expired();
                case HeldAnswer.Over() -> new Answer.Over();
            };
        }

        @Override
        public void close() {
            approvals.held().leave(run.id());
        }
    }
}
