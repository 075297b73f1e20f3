package rein.gateway.egress;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import rein.gateway.RunContext;
import rein.gateway.RunLedger;
import rein.vocabulary.Action;
import rein.vocabulary.Door;
import rein.vocabulary.Draft;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Recorder;

/**
 * The run's DNS server. It forwards nothing: a name is answered with the address that stands for it
 * ({@link SyntheticNames}), AAAA with no data, every other type with REFUSED. Whether the name may
 * be reached is decided when somebody connects.
 *
 * <p>The first look-up of a name is recorded before it is answered; one that cannot be recorded is
 * answered SERVFAIL. Runs on one virtual thread of its own until the channel is closed.
 */
final class NameServer implements Runnable {
    /** Look-ups recorded per run; more are counted, since a tunnel makes thousands an hour. */
    static final int RECORDED_MAX = 2_000;

    private final DatagramChannel channel;
    private final SyntheticNames names;
    private final RunContext context;
    private final RunLedger ledger;
    private final Recorder recorder;
    private final Set<String> recorded = new LinkedHashSet<>();
    private final TunnelSigns signs = new TunnelSigns();

    NameServer(
            DatagramChannel channel,
            SyntheticNames names,
            RunContext context,
            RunLedger ledger,
            Recorder recorder) {
        this.channel = channel;
        this.names = names;
        this.context = context;
        this.ledger = ledger;
        this.recorder = recorder;
    }

    @Override
    public void run() {
        ByteBuffer message = ByteBuffer.allocate(DnsQuery.MESSAGE_BYTES_MAX);
        while (channel.isOpen()) {
            try {
                SocketAddress from = channel.receive(message.clear());
                Optional<ByteBuffer> answer = answer(message.flip());
                if (answer.isPresent()) {
                    channel.send(answer.get(), from);
                }
            } catch (ClosedChannelException closed) {
                return;
            } catch (IOException unanswered) {
                // The asker is gone or its port is closed; the next one is served.
            } catch (RuntimeException failed) {
                ledger.count(RunLedger.NAME_LOOKUPS_UNRECORDED, 1);
            }
        }
    }

    /** Empty if nothing is to be said. */
    Optional<ByteBuffer> answer(ByteBuffer message) {
        return switch (DnsQuery.read(message)) {
            case DnsQuery.Ignored() -> Optional.empty();
            case DnsQuery.Unanswerable bad -> Optional.of(DnsQuery.answer(bad));
            case DnsQuery.Question question -> Optional.of(answer(question));
        };
    }

    private ByteBuffer answer(DnsQuery.Question question) {
        ledger.count(RunLedger.NAME_LOOKUPS, 1);
        if (!record(question)) {
            return DnsQuery.answer(question, DnsQuery.SERVER_FAILURE);
        }
        if (question.qclass() != DnsQuery.IN || !Destination.isName(question.name())) {
            return DnsQuery.answer(question, DnsQuery.REFUSED);
        }
        return switch (question.type()) {
            case DnsQuery.A ->
                    DnsQuery.answer(question, names.addressOf(question.name()).getAddress());
            case DnsQuery.AAAA -> DnsQuery.answer(question, DnsQuery.NO_ERROR);
            default -> DnsQuery.answer(question, DnsQuery.REFUSED);
        };
    }

    /** False if it should be recorded and cannot be. A suspicious type is a look-up of its own. */
    private boolean record(DnsQuery.Question question) {
        boolean address = question.type() == DnsQuery.A || question.type() == DnsQuery.AAAA;
        String key = address ? question.name() : question.name() + " " + question.type();
        if (recorded.contains(key)) {
            return true;
        }
        if (recorded.size() >= RECORDED_MAX) {
            ledger.count(RunLedger.NAME_LOOKUPS_UNRECORDED, 1);
            return true;
        }
        signs.first(question.name());
        Draft.Builder draft =
                Draft.of(Kind.NAME_LOOKUP)
                        .run(context.run())
                        .door(Door.EGRESS)
                        .asked(Action.NETWORK_CONNECT, new EntityUid("Host", shown(question)))
                        .detail("type", Integer.toString(question.type()));
        signs.of(question.name(), question.type())
                .ifPresent(reason -> draft.detail("suspicious", reason));
        try {
            recorder.append(draft.build());
            recorded.add(key);
            return true;
        } catch (RecordRefusedException refused) {
            ledger.count(RunLedger.RECORDS_REFUSED, 1);
            return false;
        }
    }

    /** The name with whatever is not printable ASCII shown as a question mark. */
    private static String shown(DnsQuery.Question question) {
        StringBuilder shown = new StringBuilder();
        question.name().chars().forEach(c -> shown.append(c > ' ' && c < 0x7f ? (char) c : '?'));
        return shown.toString();
    }
}
