package rein.gateway.egress;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Passes bytes both ways until both ends are done. The calling thread carries upstream → agent, a
 * virtual thread of its own the other way. An end of stream is passed on as one (half close); an
 * error on either side ends both.
 */
final class Relay {
    /** Looks at what one side says first, before any of it is passed on. */
    @FunctionalInterface
    interface Guard {
        /** False ends the flow. */
        boolean lets(Wire speaker) throws IOException;
    }

    static final Guard NO_GUARD = speaker -> true;

    private final Wire agent;
    private final Wire upstream;
    private final Flow flow;

    Relay(Wire agent, Wire upstream, Flow flow) {
        this.agent = agent;
        this.upstream = upstream;
        this.flow = flow;
    }

    /** Returns when both directions are done. */
    void run(Guard ofAgent, Guard ofUpstream) {
        Thread outward =
                Thread.ofVirtual()
                        .name("egress-outward")
                        .start(() -> carry(agent, upstream, ofAgent));
        carry(upstream, agent, ofUpstream);
        try {
            outward.join();
        } catch (InterruptedException interrupted) {
            flow.close();
            Thread.currentThread().interrupt();
        }
    }

    private void carry(Wire from, Wire to, Guard guard) {
        try {
            if (!guard.lets(from)) {
                flow.cut(Flow.CUT);
                return;
            }
            ByteBuffer buffer = ByteBuffer.allocate(Limits.RELAY_BYTES_MIN);
            while (from.read(buffer) >= 0) {
                flow.progress();
                boolean full = !buffer.hasRemaining();
                to.write(buffer.flip());
                flow.progress();
                if (full && buffer.capacity() < Limits.RELAY_BYTES_MAX) {
                    buffer = ByteBuffer.allocate(buffer.capacity() * 2);
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException over) {
            // A reset from one side, or the flow was cut: neither side can go on.
            flow.close();
        } catch (RuntimeException failed) {
            // Hard rule 1: what cannot be watched does not pass.
            flow.cut(Flow.CUT);
        }
    }
}
