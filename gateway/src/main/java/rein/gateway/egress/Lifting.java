package rein.gateway.egress;

import java.util.Optional;
import rein.gateway.DenialText;
import rein.gateway.Refusals;
import rein.gateway.Wanted;
import rein.vocabulary.Decision;

/**
 * Whether a person could allow what was denied. Only what is missing a permit can be given one;
 * what somebody forbade, what is broken, and what would not be dialed even if it were permitted
 * cannot.
 */
final class Lifting {
    private static final String NOT_PERMITTED = "not-permitted";
    private static final int SSH_PORT = 22;

    private Lifting() {}

    static Wanted wanted(Ask ask, AddressCheck check) {
        return new Wanted(
                ask.to().host(),
                ask.to().port(),
                ask.protocol().label(),
                ask.to().named(),
                ask.to().literal().map(address -> check.classOf(address).label()));
    }

    /**
     * Why nobody can allow it, as a clause; empty if somebody can.
     *
     * @param standing whether the denial is in force for the whole run
     */
    static Optional<String> whyNot(
            Ask ask,
            Decision decision,
            Optional<Resolution> resolution,
            AddressCheck check,
            boolean standing) {
        String code = DenialText.code(decision);
        if (standing) {
            return Optional.of("it is in force for the whole run, whatever it asks for");
        }
        if (code.equals(Refusals.ADDRESS_NOT_PUBLIC)) {
            return address(ask, resolution, check);
        }
        if (Refusals.isOfApproval(code)) {
            return Optional.of("its policy wants each such request approved while it waits");
        }
        if (!code.equals(NOT_PERMITTED)) {
            return Optional.of(
                    decision.policies().isEmpty()
                            ? "it was not refused for want of a permission"
                            : "a policy forbids it, and an approval lifts no forbid");
        }
        if (ask.protocol() == Protocol.SSH && outOfPlace(ask)) {
            return Optional.of(
                    "SSH through a proxy, to a bare address or to another port than 22 counts as"
                            + " an attempt at a tunnel; a policy file can name the host");
        }
        return ask.to().literal().flatMap(address -> never(check.classOf(address)));
    }

    /** As the detector of tunnels sees it (docs/decisions/0011). */
    private static boolean outOfPlace(Ask ask) {
        return ask.route() != Route.TRANSPARENT || ask.to().port() != SSH_PORT || !ask.to().named();
    }

    /** Policy permits the destination, but not by a grant that names it. */
    private static Optional<String> address(
            Ask ask, Optional<Resolution> resolution, AddressCheck check) {
        boolean byDns =
                ask.to().named()
                        && resolution
                                .filter(found -> found.source() == Resolution.Source.HOSTS)
                                .isEmpty();
        if (byDns) {
            return Optional.of(
                    "DNS gives the name an address that is not public; connect to the address"
                            + " itself and approve that, or put the name into the hosts file of the"
                            + " node");
        }
        return resolution.stream()
                .flatMap(found -> found.addresses().stream())
                .flatMap(address -> never(check.classOf(address)).stream())
                .findFirst();
    }

    private static Optional<String> never(AddressClass of) {
        return switch (of) {
            case PUBLIC, PRIVATE, CGNAT, LOOPBACK, LINK_LOCAL, OWN -> Optional.empty();
            case METADATA ->
                    Optional.of("metadata services hand out the credentials of the machine");
            case MULTICAST, UNSPECIFIED, MAPPED, RESERVED ->
                    Optional.of("no service has an address of class " + of.label());
        };
    }
}
