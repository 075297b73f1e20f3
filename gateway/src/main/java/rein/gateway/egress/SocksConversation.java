package rein.gateway.egress;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import rein.gateway.DenialText;
import rein.gateway.Refusals;
import rein.vocabulary.Decision;

/**
 * A client that speaks SOCKS to the run's own proxy listener. As with CONNECT, the tunnel is opened
 * if anything could pass through it, and what does pass is then decided on.
 */
final class SocksConversation {
    /** RFC 1928 §3: no authentication; the listener already says whose run it is. */
    private static final byte NO_AUTHENTICATION = 0;

    private static final byte NO_METHOD = (byte) 0xff;

    private final Scope scope;
    private final Flow flow;
    private final Wire agent;
    private final int version;

    /**
     * @param version 4 or 5, as the pending bytes say
     */
    SocksConversation(Scope scope, Flow flow, Wire agent, int version) {
        this.scope = scope;
        this.flow = flow;
        this.agent = agent;
        this.version = version;
    }

    void run() throws IOException {
        if (version == 5 && !greeted()) {
            agent.write(ByteBuffer.wrap(new byte[] {5, NO_METHOD}));
            deny(here(), Refusals.socksUnserved("the client insists on authentication"));
            agent.linger();
            return;
        }
        switch (head()) {
            case SocksHead.Connect(Destination to, int bytes) -> {
                agent.skip(bytes);
                tunnel(scope.names().named(to));
            }
            case SocksHead.Refused(SocksReply reply, String what) -> {
                deny(here(), Refusals.socksUnserved(what));
                answer(reply);
            }
            case SocksHead.More() -> {
                deny(here(), Refusals.socksUnserved("the request was not sent in time"));
                answer(SocksReply.FAILED);
            }
        }
    }

    /** The greeting is whole when {@link FirstBytes} has told it. */
    private boolean greeted() throws IOException {
        byte[] bytes = agent.pending();
        int methods = bytes[1];
        boolean none = false;
        for (int i = 0; i < methods; i++) {
            none |= bytes[2 + i] == NO_AUTHENTICATION;
        }
        agent.skip(2 + methods);
        if (none) {
            agent.write(ByteBuffer.wrap(new byte[] {5, NO_AUTHENTICATION}));
        }
        return none;
    }

    private SocksHead head() throws IOException {
        long deadline = scope.ticker().nanos() + Limits.SOCKS_MILLIS_MAX * 1_000_000L;
        while (true) {
            SocksHead head = SocksHead.read(version, agent.pending(), agent.pendingLength());
            if (!(head instanceof SocksHead.More)) {
                return head;
            }
            int millis = (int) ((deadline - scope.ticker().nanos()) / 1_000_000);
            if (millis <= 0 || agent.fill(Limits.SOCKS_BYTES_MAX, millis) <= 0) {
                return head;
            }
        }
    }

    private void tunnel(Destination to) throws IOException {
        Optional<Decision> closed = scope.gate().closed(to, Route.SOCKS);
        if (closed.isPresent()) {
            deny(Ask.of(to, Protocol.CONNECT, Route.SOCKS), closed.get());
            answer(SocksReply.of(DenialText.code(closed.get())));
            return;
        }
        agent.write(SocksReply.SUCCEEDED.bytes(version));
        new Passage(scope, flow, agent).pass(to, Route.SOCKS);
    }

    private Ask here() throws IOException {
        InetSocketAddress local = (InetSocketAddress) agent.channel().getLocalAddress();
        return Ask.of(
                Destination.of(local.getAddress(), local.getPort()), Protocol.SOCKS, Route.SOCKS);
    }

    private void deny(Ask ask, Decision why) {
        var _ = scope.gate().refuse(ask, why);
    }

    private void answer(SocksReply reply) throws IOException {
        agent.write(reply.bytes(version));
        agent.linger();
    }
}
