package rein.gateway.egress;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import rein.gateway.Lift;
import rein.gateway.RunGrants;
import rein.vocabulary.Decision;

/** What came of an ask. Either way it is recorded before anything happens. */
sealed interface Clearance {
    /**
     * It may pass.
     *
     * @param record the decision's record
     * @param addresses checked, or the proxy's; only these are dialed, in this order
     * @param through the proxy that is dialed instead
     * @param use what it used up; looked at again when a grant is taken back
     */
    record Granted(
            Ask ask,
            UUID record,
            List<InetSocketAddress> addresses,
            Optional<UpstreamProxy> through,
            RunGrants.Use use)
            implements Clearance {
        /** Whether nobody here knows the address: the proxy looks the name up. */
        boolean unverified() {
            return through.isPresent() && ask.to().named();
        }

        /** Whether it is sent to the proxy as a request for a whole URL (RFC 9112 §3.2.2). */
        boolean absoluteForm() {
            return through.isPresent() && ask.protocol() == Protocol.HTTP;
        }
    }

    /**
     * It may not.
     *
     * @param record the denial's record, or the first one of its kind where it was folded
     * @param lift whether a person could allow it
     */
    record Refused(Decision decision, Optional<UUID> record, Lift lift) implements Clearance {}
}
