package rein.gateway.egress;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import rein.gateway.DecisionBasis;
import rein.gateway.RunContext;
import rein.gateway.RunLedger;
import rein.vocabulary.Action;
import rein.vocabulary.Door;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;

/** How asks, and what was decided on them, stand in the audit log. */
final class AskDrafts {
    private final RunContext context;
    private final AddressCheck check;
    private final DecisionBasis basis;

    AskDrafts(RunContext context, AddressCheck check, DecisionBasis basis) {
        this.context = context;
        this.check = check;
        this.basis = basis;
    }

    /** What a record of any kind says of an ask. */
    Draft.Builder asked(Kind kind, Ask ask) {
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

    Draft.Builder decision(Ask ask, RunLedger.Decided decided, Optional<Resolution> resolution) {
        Draft.Builder draft = of(Kind.DECISION, ask, decided, resolution);
        decided.asked().ifPresent(asked -> basis.of(asked).forEach(draft::content));
        return draft;
    }

    /** A record of what was decided so far. */
    Draft.Builder of(
            Kind kind, Ask ask, RunLedger.Decided decided, Optional<Resolution> resolution) {
        Draft.Builder draft = asked(kind, ask).decided(decided.decision(), decided.snapshot());
        if (!decided.taints().isEmpty()) {
            draft.detail("taints", String.join(",", decided.taints()));
        }
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
                draft.detail("address", Gate.UNVERIFIED).detail("address-class", Gate.UNVERIFIED);
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
