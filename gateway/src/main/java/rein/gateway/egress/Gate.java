package rein.gateway.egress;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import rein.gateway.ContentInspection;
import rein.gateway.DenialFold;
import rein.gateway.DenialText;
import rein.gateway.Lift;
import rein.gateway.Refusals;
import rein.gateway.RunContext;
import rein.gateway.RunGrants;
import rein.gateway.RunLedger;
import rein.gateway.WaitingPlace;
import rein.gateway.Wanted;
import rein.vocabulary.Decision;
import rein.vocabulary.Draft;
import rein.vocabulary.Foreseen;
import rein.vocabulary.Kind;
import rein.vocabulary.PolicyText;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Severity;
import rein.vocabulary.Taint;

/**
 * Where one run's asks are answered: standing denial, policy, resolution, address check, record, in
 * that order; the first denial ends it. Every exception is a denial. Called from the connections'
 * threads.
 */
final class Gate {
    /** Said instead of an address, and of its class, where a proxy looks the name up. */
    static final String UNVERIFIED = "unverified";

    /** Where known clients report on themselves: not a group whose hosts anybody vouches for. */
    private static final String CLIENT_TELEMETRY = "client-telemetry";

    /** Classes that one record names; there are seldom two in one piece. */
    private static final int CLASSES_MAX = 16;

    /** An approval names the denial's record. */
    private static final Lift UNNAMED =
            new Lift.Never("the denial is not recorded yet; try again and read its id then");

    private final RunContext context;
    private final RunLedger ledger;
    private final Parts parts;
    private final DenialFold fold;
    private final AddressCheck check;
    private final AskDrafts drafts;
    private final Holding holding;

    Gate(RunContext context, RunLedger ledger, Parts parts, DenialFold fold) {
        this.context = context;
        this.ledger = ledger;
        this.parts = parts;
        this.fold = fold;
        this.check = new AddressCheck(parts.ownAddresses(), parts.ownListeners());
        this.drafts = new AskDrafts(context, check, parts.basis());
        this.holding = new Holding(context, ledger, parts, check, drafts);
    }

    Clearance clear(Ask ask) {
        return clear(ask, () -> false);
    }

    /**
     * Answers.
     *
     * @param over whether the connection is over or its client hung up, so that nothing waits for
     *     an approval any more
     */
    Clearance clear(Ask ask, BooleanSupplier over) {
        try {
            Optional<Decision> standing = context.standing();
            if (standing.isPresent()) {
                return refuse(ask, standing.get(), true);
            }
            RunLedger.Wake wake = wake(ask);
            RunLedger.Decided decided =
                    ledger.decide(parts.decisions(), ask.request(context), context, wake);
            Optional<UUID> cause = Optional.empty();
            if (decided.decision().outcome() == Decision.Outcome.REQUIRE_APPROVAL) {
                Holding.Held held = holding.until(ask, decided, wake, over);
                decided = held.decided();
                cause = held.cause();
            }
            standing = context.standing();
            if (standing.isPresent()) {
                return refuse(ask, standing.get(), true);
            }
            if (!decided.decision().allowed()) {
                return refused(ask, decided, Optional.empty(), cause, true, false);
            }
            return pass(ask, decided, cause);
        } catch (RecordRefusedException refused) {
            ledger.count(RunLedger.RECORDS_REFUSED, 1);
            return refuse(ask, Refusals.notRecorded(refused.code()));
        } catch (RuntimeException | StackOverflowError failed) {
            return refuse(ask, Refusals.doorError(failed.getClass().getSimpleName()));
        }
    }

    /** A host that no group of this machine's names may say anything to the run. */
    private RunLedger.Wake wake(Ask ask) {
        Set<String> groups = new TreeSet<>(context.groupsOf(ask.to().host()));
        groups.remove(CLIENT_TELEMETRY);
        return groups.isEmpty()
                ? RunLedger.Wake.of(Set.of(Taint.UNTRUSTED_INPUT))
                : RunLedger.Wake.NONE;
    }

    /** What was granted for one use is given back unless it really passes. */
    private Clearance pass(Ask ask, RunLedger.Decided decided, Optional<UUID> cause)
            throws RecordRefusedException {
        boolean passes = false;
        try {
            Optional<UpstreamProxy> through = parts.proxies().of(ask.to(), ask.protocol(), check);
            boolean unverified = through.isPresent() && ask.to().named();
            Resolution resolution =
                    unverified
                            ? new Resolution(List.of(), Resolution.Source.PROXY)
                            : resolve(ask.to());
            Optional<Decision> refusal =
                    unverified
                            ? Optional.empty()
                            : check.refusal(ask.to(), decided.decision(), resolution);
            if (refusal.isPresent()) {
                return refused(
                        ask,
                        decided.but(refusal.get()),
                        Optional.of(resolution),
                        cause,
                        true,
                        false);
            }
            List<InetSocketAddress> addresses =
                    through.map(this::addresses).orElseGet(() -> at(resolution, ask.to().port()));
            Draft.Builder draft = drafts.decision(ask, decided, Optional.of(resolution));
            through.ifPresent(proxy -> draft.detail("through", proxy.toString()));
            cause.ifPresent(draft::cause);
            UUID record = parts.recorder().append(draft.build()).stamp().id();
            if (decided.use() instanceof RunGrants.Use.Taken taken) {
                context.grants().used(taken, record);
                // A denial after this one is news again.
                fold.forget(ask.to() + " ");
            }
            passes = true;
            ledger.reached(ask.to().host());
            warn(ask, decided.decision());
            return new Clearance.Granted(ask, record, addresses, through, decided.use());
        } finally {
            if (!passes && decided.use() instanceof RunGrants.Use.Taken taken) {
                context.grants().giveBack(taken);
            }
        }
    }

    /** It passes, and would not if what only warns were enforced. */
    private void warn(Ask ask, Decision decision) {
        for (Foreseen foreseen : decision.foreseen()) {
            if (foreseen.mode() == PolicyText.Mode.WARN) {
                String policies = String.join(", ", foreseen.policies());
                context.warn(
                        policies + " " + ask.to(),
                        "warning: "
                                + ask.to()
                                + " is allowed, and will "
                                + (foreseen.outcome() == Decision.Outcome.DENY
                                        ? "be denied"
                                        : "need an approval")
                                + " once this is enforced: "
                                + policies
                                + " ("
                                + foreseen.code()
                                + ")");
            }
        }
    }

    /** A denial that the door itself pronounces. */
    Clearance.Refused refuse(Ask ask, Decision why) {
        return refuse(ask, why, false);
    }

    /**
     * A denial without a look at policy.
     *
     * @param standing whether it denies the whole run; then it is no evidence of what it is after
     */
    private Clearance.Refused refuse(Ask ask, Decision why, boolean standing) {
        long snapshot = 0;
        try {
            snapshot = context.snapshot().number();
        } catch (RuntimeException failed) {
            // Even the snapshot cannot be had: still a denial, and still recorded if possible.
        }
        return refused(
                ask,
                new RunLedger.Decided(why, snapshot),
                Optional.empty(),
                Optional.empty(),
                !standing,
                standing);
    }

    /**
     * Whether policy would let it pass now, perhaps once people approve it, without counting or
     * recording. Any error is no.
     */
    boolean foresees(Ask ask) {
        return again(ask).outcome() != Decision.Outcome.DENY;
    }

    /**
     * Says what a flow is open for from now on. A grant that ended since the decision, when nobody
     * could see that this flow rests on it, cuts it here.
     */
    void serve(Flow flow, Clearance.Granted granted) {
        flow.serves(granted);
        boolean may =
                switch (granted.use()) {
                    case RunGrants.Use.Lasting(), RunGrants.Use.Approved() -> true;
                    case RunGrants.Use.Granted(), RunGrants.Use.Taken _, RunGrants.Use.Gone() ->
                            again(granted).allowed();
                };
        if (!may) {
            boolean _ = flow.cut(Flow.CUT);
        }
    }

    /** What the decision on an open flow would be now. Any error is a denial. */
    Decision again(Clearance.Granted granted) {
        List<PolicyText> own =
                granted.use() instanceof RunGrants.Use.Taken taken && context.grants().stands(taken)
                        ? List.of(taken.permit())
                        : List.of();
        Decision now = again(granted.ask(), own);
        boolean approved =
                granted.use() instanceof RunGrants.Use.Approved
                        && now.outcome() == Decision.Outcome.REQUIRE_APPROVAL;
        return approved ? now.approved(WaitingPlace.approvedBy("Somebody")) : now;
    }

    /** What the decision would be now. Any error is a denial. */
    Decision again(Ask ask) {
        return again(ask, List.of());
    }

    private Decision again(Ask ask, List<PolicyText> more) {
        try {
            Optional<Decision> standing = context.standing();
            return standing.isPresent()
                    ? standing.get()
                    : ledger.foresee(parts.decisions(), ask.request(context), context, more);
        } catch (RuntimeException | StackOverflowError failed) {
            return Refusals.doorError(failed.getClass().getSimpleName());
        }
    }

    /** Why no tunnel to this destination is opened; empty if something could pass through it. */
    Optional<Decision> closed(Destination to, Route route) {
        Ask ask = Ask.of(to, Protocol.TLS, route);
        for (Protocol protocol : Protocol.IN_TUNNELS) {
            Ask each = ask.protocol(protocol);
            boolean http = protocol == Protocol.HTTP || protocol == Protocol.WEBSOCKET;
            if (foresees(http ? each.method("GET") : each)) {
                return Optional.empty();
            }
        }
        return Optional.of(again(ask));
    }

    /**
     * Something was found in what passes: the run has touched it from now on. Recorded before it
     * goes on.
     *
     * @throws IllegalStateException if the log refuses it, so that it must not go on
     */
    void found(
            Clearance.Granted granted,
            ContentInspection.Way way,
            List<ContentInspection.Found> found) {
        found(granted, way.name().toLowerCase(Locale.ROOT), found);
    }

    /** As {@link #found}, in the target of a request. */
    void foundInTarget(Clearance.Granted granted, List<ContentInspection.Found> found) {
        found(granted, "target", found);
    }

    private void found(
            Clearance.Granted granted, String where, List<ContentInspection.Found> found) {
        SortedMap<String, Long> classes = new TreeMap<>();
        long redacted = 0;
        Severity gravest = Severity.INFORMATIONAL;
        for (ContentInspection.Found each : found) {
            classes.merge(each.dataClass(), 1L, Long::sum);
            redacted += each.redacted() ? 1 : 0;
            gravest = each.severity().compareTo(gravest) > 0 ? each.severity() : gravest;
            each.taint().ifPresent(ledger::taint);
        }
        Draft.Builder draft =
                drafts.asked(Kind.CONTENT_FOUND, granted.ask())
                        .detail("in", where)
                        .detail(
                                "classes",
                                classes.keySet().stream()
                                        .limit(CLASSES_MAX)
                                        .collect(Collectors.joining(",")))
                        .detail("severity", gravest.name().toLowerCase(Locale.ROOT))
                        .size("finds", found.size())
                        .size("redacted", redacted)
                        .size("first-byte", found.getFirst().start())
                        .cause(granted.record());
        try {
            parts.recorder().append(draft.build());
        } catch (RecordRefusedException refused) {
            ledger.count(RunLedger.RECORDS_REFUSED, 1);
            throw new IllegalStateException("what was found is not recorded", refused);
        }
    }

    /** Records how a granted flow ended. A record that is refused is counted. */
    void ended(Clearance.Granted granted, FlowEnd end) {
        ended(granted, end, Optional.empty());
    }

    /**
     * As {@link #ended(Clearance.Granted, FlowEnd)}.
     *
     * @param inspected whether its content was looked at; empty where no door looks
     */
    void ended(Clearance.Granted granted, FlowEnd end, Optional<String> inspected) {
        ledger.count(RunLedger.SENT_BYTES, end.sentBytes());
        ledger.count(RunLedger.RECEIVED_BYTES, end.receivedBytes());
        Draft.Builder draft =
                drafts.asked(Kind.FLOW, granted.ask())
                        .detail("end", end.how())
                        .size("sent-bytes", end.sentBytes())
                        .size("received-bytes", end.receivedBytes())
                        .size("duration-millis", end.durationMillis())
                        .cause(granted.record());
        inspected.ifPresent(how -> draft.detail("inspected", how));
        granted.through().ifPresent(proxy -> draft.detail("through", proxy.toString()));
        if (granted.unverified()) {
            draft.detail("address", UNVERIFIED);
        } else if (granted.through().isEmpty()) {
            end.address().ifPresent(to -> draft.detail("address", AddressText.of(to.getAddress())));
        }
        try {
            parts.recorder().append(draft.build());
        } catch (RecordRefusedException | RuntimeException lost) {
            ledger.count(RunLedger.RECORDS_REFUSED, 1);
        }
    }

    private Clearance.Refused refused(
            Ask ask,
            RunLedger.Decided decided,
            Optional<Resolution> resolution,
            Optional<UUID> cause,
            boolean goal,
            boolean standing) {
        Decision why = decided.decision();
        String code = DenialText.code(why);
        int routes = 0;
        if (Refusals.isQuiet(code)) {
            ledger.count(RunLedger.QUIET_DENIALS, 1);
        } else if (goal && Refusals.deniesGoal(code)) {
            routes = ledger.denied(ask.to().host(), ask.way());
        } else {
            ledger.denied();
        }
        Optional<UUID> record = Optional.empty();
        try {
            Optional<String> never = Lifting.whyNot(ask, why, resolution, check, standing);
            Wanted wanted = Lifting.wanted(ask, check);
            Draft.Builder draft =
                    drafts.decision(ask, decided, resolution)
                            .size("goal-routes", routes)
                            .detail("liftable", Boolean.toString(never.isEmpty()));
            if (never.isEmpty()) {
                context.grants()
                        .denial(wanted)
                        .ifPresent(first -> draft.detail("denial", first.toString()));
            }
            ask.evidence().ifPresent(text -> draft.content("first-bytes", text));
            cause.ifPresent(draft::cause);
            record = fold.record(kind(ask, code), draft.build());
            return new Clearance.Refused(why, record, lift(never, wanted, record));
        } catch (RecordRefusedException | RuntimeException unrecorded) {
            // It is denied whatever the log does; a broken recorder must not end the accept loop.
            ledger.count(RunLedger.RECORDS_REFUSED, 1);
            return new Clearance.Refused(why, record, UNNAMED);
        }
    }

    private Lift lift(Optional<String> never, Wanted wanted, Optional<UUID> record) {
        if (never.isPresent()) {
            return new Lift.Never(never.get());
        }
        return record.<Lift>map(id -> new Lift.By(context.grants().denied(wanted, id)))
                .orElse(UNNAMED);
    }

    private static String kind(Ask ask, String code) {
        return ask.to() + " " + ask.way() + " " + code;
    }

    private Resolution resolve(Destination to) {
        return to.literal()
                .map(address -> new Resolution(List.of(address), Resolution.Source.LITERAL))
                .orElseGet(() -> parts.resolver().resolve(to.host()));
    }

    /** A proxy's own; where there are none, dialing fails and says so. */
    private List<InetSocketAddress> addresses(UpstreamProxy proxy) {
        Destination at = Destination.parse(proxy.host(), proxy.port()).orElseThrow();
        return at(resolve(at), proxy.port());
    }

    private static List<InetSocketAddress> at(Resolution resolution, int port) {
        return resolution.addresses().stream()
                .limit(Limits.ADDRESSES_MAX)
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }
}
