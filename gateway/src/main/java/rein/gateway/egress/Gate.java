package rein.gateway.egress;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import rein.gateway.DenialFold;
import rein.gateway.DenialText;
import rein.gateway.Refusals;
import rein.gateway.RunContext;
import rein.gateway.RunLedger;
import rein.vocabulary.Action;
import rein.vocabulary.Decision;
import rein.vocabulary.Door;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Request;

/**
 * Where one run's asks are answered: standing denial, policy, resolution, address check, record, in
 * that order; the first denial ends it. Every exception is a denial. Called from the connections'
 * threads.
 */
final class Gate {
    /** Said instead of an address, and of its class, where a proxy looks the name up. */
    static final String UNVERIFIED = "unverified";

    private final RunContext context;
    private final RunLedger ledger;
    private final Parts parts;
    private final DenialFold fold;
    private final AddressCheck check;

    Gate(RunContext context, RunLedger ledger, Parts parts, DenialFold fold) {
        this.context = context;
        this.ledger = ledger;
        this.parts = parts;
        this.fold = fold;
        this.check = new AddressCheck(parts.ownAddresses(), parts.ownListeners());
    }

    Clearance clear(Ask ask) {
        try {
            Optional<Decision> standing = context.standing();
            if (standing.isPresent()) {
                return refuse(ask, standing.get(), false);
            }
            RunLedger.Decided decided = ledger.decide(parts.decisions(), request(ask), context);
            if (!decided.decision().allowed()) {
                return refused(ask, decided, Optional.empty(), true);
            }
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
                        new RunLedger.Decided(refusal.get(), decided.snapshot()),
                        Optional.of(resolution),
                        true);
            }
            List<InetSocketAddress> addresses =
                    through.map(this::addresses).orElseGet(() -> at(resolution, ask.to().port()));
            Draft.Builder draft = draft(ask, decided, Optional.of(resolution));
            through.ifPresent(proxy -> draft.detail("through", proxy.toString()));
            return new Clearance.Granted(
                    ask, parts.recorder().append(draft.build()).stamp().id(), addresses, through);
        } catch (RecordRefusedException refused) {
            ledger.count(RunLedger.RECORDS_REFUSED, 1);
            return refuse(ask, Refusals.notRecorded(refused.code()));
        } catch (RuntimeException | StackOverflowError failed) {
            return refuse(ask, Refusals.doorError(failed.getClass().getSimpleName()));
        }
    }

    /** A denial that the door itself pronounces. */
    Clearance.Refused refuse(Ask ask, Decision why) {
        return refuse(ask, why, true);
    }

    /**
     * A denial without a look at policy.
     *
     * @param goal whether it counts as a denied goal; a denial of the whole run does not
     */
    private Clearance.Refused refuse(Ask ask, Decision why, boolean goal) {
        long snapshot = 0;
        try {
            snapshot = context.snapshot().number();
        } catch (RuntimeException failed) {
            // Even the snapshot cannot be had: still a denial, and still recorded if possible.
        }
        return refused(ask, new RunLedger.Decided(why, snapshot), Optional.empty(), goal);
    }

    /** Whether policy would allow it now, without counting or recording. Any error is no. */
    boolean foresees(Ask ask) {
        return again(ask).allowed();
    }

    /** What the decision on an open flow would be now. Any error is a denial. */
    Decision again(Ask ask) {
        try {
            Optional<Decision> standing = context.standing();
            return standing.isPresent()
                    ? standing.get()
                    : ledger.foresee(parts.decisions(), request(ask), context);
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

    /** Records how a granted flow ended. A record that is refused is counted. */
    void ended(Clearance.Granted granted, FlowEnd end) {
        ledger.count(RunLedger.SENT_BYTES, end.sentBytes());
        ledger.count(RunLedger.RECEIVED_BYTES, end.receivedBytes());
        Draft.Builder draft =
                asked(Kind.FLOW, granted.ask())
                        .detail("end", end.how())
                        .size("sent-bytes", end.sentBytes())
                        .size("received-bytes", end.receivedBytes())
                        .size("duration-millis", end.durationMillis())
                        .cause(granted.record());
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
            Ask ask, RunLedger.Decided decided, Optional<Resolution> resolution, boolean goal) {
        Decision why = decided.decision();
        String code = DenialText.code(why);
        int routes = 0;
        if (goal && Refusals.deniesGoal(code)) {
            routes = ledger.denied(ask.to().host(), ask.way());
        } else {
            ledger.denied();
        }
        String kind = ask.to() + " " + ask.way() + " " + code;
        Optional<UUID> record = Optional.empty();
        try {
            Draft.Builder draft = draft(ask, decided, resolution).size("goal-routes", routes);
            ask.evidence().ifPresent(text -> draft.content("first-bytes", text));
            record = fold.record(kind, draft.build());
        } catch (RecordRefusedException | RuntimeException unrecorded) {
            // It is denied whatever the log does; a broken recorder must not end the accept loop.
            ledger.count(RunLedger.RECORDS_REFUSED, 1);
        }
        return new Clearance.Refused(why, record);
    }

    private Request request(Ask ask) {
        return ask.request(context.run(), context.groupsOf(ask.to().host()));
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

    private Draft.Builder asked(Kind kind, Ask ask) {
        return Draft.of(kind)
                .run(context.run())
                .door(Door.EGRESS)
                .asked(Action.NETWORK_CONNECT, ask.resource())
                .detail("host", ask.to().host())
                .detail("port", Integer.toString(ask.to().port()))
                .detail("protocol", ask.protocol().label())
                .detail("route", ask.route().label())
                .detail("named", Boolean.toString(ask.to().named()));
    }

    private Draft.Builder draft(
            Ask ask, RunLedger.Decided decided, Optional<Resolution> resolution) {
        Draft.Builder draft =
                asked(Kind.DECISION, ask).decided(decided.decision(), decided.snapshot());
        ask.method().ifPresent(method -> draft.detail("method", method));
        if (ask.bannerAwaited()) {
            draft.detail("banner", "awaited");
        }
        ask.hello()
                .ifPresent(hello -> {
                    hello.serverName().ifPresent(name -> draft.detail("sni", name));
                    draft.detail("ech", Boolean.toString(hello.ech()));
                    if (!hello.alpn().isEmpty()) {
                        draft.detail("alpn", String.join(",", hello.alpn()));
                    }
                });
        resolution.ifPresent(found -> {
            draft.detail("resolved-by", found.source().label());
            if (found.source() == Resolution.Source.PROXY) {
                draft.detail("address", UNVERIFIED).detail("address-class", UNVERIFIED);
            }
            if (!found.addresses().isEmpty()) {
                InetAddress first = found.addresses().getFirst();
                draft.detail("address", AddressText.of(first));
                draft.detail("address-class", check.classOf(first).label());
            }
            if (found.addresses().size() > 1) {
                draft.detail("addresses", list(found.addresses()));
            }
        });
        return draft;
    }

    private static String list(List<InetAddress> addresses) {
        return addresses.stream()
                .limit(Limits.ADDRESSES_MAX)
                .map(AddressText::of)
                .collect(Collectors.joining(","));
    }
}
