package rein.gateway.egress;

import rein.gateway.GatewayException;
import rein.gateway.Refusals;

/** A granted destination that was not reached. What a proxy refused is a denial like any other. */
final class Unreached {
    private static final String UNREACHABLE = "unreachable";
    private static final String PROXY_REFUSED = "proxy-refused";

    private Unreached() {}

    /** Tells agent and record, and returns how the flow ended. */
    static String say(
            Gate gate,
            Clearance.Granted granted,
            GatewayException failed,
            Opening opening,
            Wire agent) {
        if (!byProxy(failed)) {
            return UNREACHABLE;
        }
        Explanation.give(opening, gate.refuse(granted.ask(), Refusals.ofProxy(failed)), agent);
        return PROXY_REFUSED;
    }

    static boolean byProxy(GatewayException failed) {
        return switch (failed.code()) {
            case PROXY_AUTHENTICATION, PROXY_REFUSED, PROXY_FAILED -> true;
            case BAD_REQUEST, HEADER_TOO_LARGE, VERSION, BAD_RESPONSE, UNREACHABLE, CUT_SHORT ->
                    false;
        };
    }

    /** How a flow ended that a proxy did not let pass, or whose upstream did not answer. */
    static String end(GatewayException failed) {
        return byProxy(failed) ? PROXY_REFUSED : UNREACHABLE;
    }
}
