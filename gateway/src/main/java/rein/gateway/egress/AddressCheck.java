package rein.gateway.egress;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import rein.gateway.Refusals;
import rein.vocabulary.Decision;

/**
 * Which addresses may be dialed once policy has allowed the name. A public address always; any
 * other only if a grant names exactly this resource and either the resource is the address itself
 * or this machine's own hosts file gave it, so that nobody's DNS zone can point a permitted name at
 * the inside (DNS rebinding). Rein's own listeners never, and the metadata services not by a name.
 *
 * @param own addresses of this machine's interfaces
 * @param listeners true for an address and port that Rein listens on
 */
record AddressCheck(Supplier<Set<InetAddress>> own, Predicate<InetSocketAddress> listeners) {

    AddressClass classOf(InetAddress address) {
        AddressClass of = AddressClass.of(address);
        boolean mine =
                of != AddressClass.LOOPBACK
                        && of != AddressClass.UNSPECIFIED
                        && own.get().contains(address);
        return mine ? AddressClass.OWN : of;
    }

    /**
     * All addresses are checked, and one that may not be dialed refuses the whole name: a name with
     * a public and a private address is the mark of rebinding.
     */
    Optional<Decision> refusal(Destination to, Decision decision, Resolution resolution) {
        if (resolution.addresses().isEmpty()) {
            return Optional.of(Refusals.nameNotFound(to.host()));
        }
        boolean trusted =
                decision.names() && (!to.named() || resolution.source() == Resolution.Source.HOSTS);
        for (InetAddress address : resolution.addresses()) {
            AddressClass of = classOf(address);
            if (listens(of, address, to.port())) {
                return Optional.of(Refusals.ownListener(to.host(), to.port()));
            }
            // Policy sees names; that one leads to credentials is seen only here.
            boolean credentials = of == AddressClass.METADATA && to.named();
            if (credentials || (of != AddressClass.PUBLIC && !trusted)) {
                return Optional.of(Refusals.addressNotPublic(to.host(), of.label()));
            }
        }
        return Optional.empty();
    }

    /** A listener on any own address counts, since one bound to all is reached by each of them. */
    private boolean listens(AddressClass of, InetAddress address, int port) {
        if (listeners.test(new InetSocketAddress(address, port))) {
            return true;
        }
        boolean here =
                of == AddressClass.OWN
                        || of == AddressClass.LOOPBACK
                        || of == AddressClass.UNSPECIFIED
                        || own.get().contains(address);
        return here
                && own.get().stream()
                        .anyMatch(mine -> listeners.test(new InetSocketAddress(mine, port)));
    }
}
