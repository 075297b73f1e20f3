package rein.gateway.egress;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import rein.gateway.ContentInspection;
import rein.gateway.DecisionBasis;
import rein.gateway.DecisionPoint;
import rein.vocabulary.Recorder;
import rein.vocabulary.Ticker;

/**
 * What the egress door needs from elsewhere; the same for all runs of a node. All are called from
 * many threads at once.
 *
 * @param hangUps whether whoever waits for an approval is still there
 * @param ownAddresses addresses of this machine, for example {@link HostAddresses}
 * @param ownListeners true for an address and port that Rein itself listens on
 * @param proxies through which the node dials
 * @param basis writes down what policy was asked
 * @param inspection looks into HTTP that is not encrypted
 */
public record Parts(
        DecisionPoint decisions,
        Resolver resolver,
        Recorder recorder,
        OriginalDestination originals,
        HangUps hangUps,
        Supplier<Set<InetAddress>> ownAddresses,
        Predicate<InetSocketAddress> ownListeners,
        Ticker ticker,
        UpstreamProxies proxies,
        DecisionBasis basis,
        ContentInspection inspection) {

    /** Of a node that dials directly, and whose decisions nobody makes again. */
    public Parts(
            DecisionPoint decisions,
            Resolver resolver,
            Recorder recorder,
            OriginalDestination originals,
            Supplier<Set<InetAddress>> ownAddresses,
            Predicate<InetSocketAddress> ownListeners,
            Ticker ticker) {
        this(
                decisions,
                resolver,
                recorder,
                originals,
                HangUps.UNSEEN,
                ownAddresses,
                ownListeners,
                ticker,
                UpstreamProxies.NONE,
                DecisionBasis.NONE,
                ContentInspection.NONE);
    }
}
