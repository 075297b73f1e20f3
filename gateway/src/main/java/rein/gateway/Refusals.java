package rein.gateway;

import java.util.List;
import java.util.Set;
import rein.vocabulary.Decision;
import rein.vocabulary.Reason;
import rein.vocabulary.RecordRefusedException;

/**
 * The denials that a door itself pronounces, beside those of policy. Codes are stable; texts are
 * whole sentences that say what to do.
 */
public final class Refusals {
    public static final String DOOR_ERROR = "door-error";
    public static final String NOT_RECORDED = "not-recorded";
    public static final String SNI_MISMATCH = "sni-mismatch";
    public static final String HOST_MISMATCH = "host-mismatch";
    public static final String ADDRESS_NOT_PUBLIC = "address-not-public";
    public static final String OWN_LISTENER = "own-listener";
    public static final String NAME_NOT_FOUND = "name-not-found";
    public static final String NAME_FORGOTTEN = "name-forgotten";
    public static final String TOO_MANY_CONNECTIONS = "too-many-connections";
    public static final String BAD_REQUEST = "bad-request";
    public static final String NOT_A_PROXY_REQUEST = "not-a-proxy-request";
    public static final String SOCKS_UNSERVED = "socks-unserved";
    public static final String BANNER_UNKNOWN = "banner-unknown";
    public static final String BANNER_ABSENT = "banner-absent";
    public static final String PROXY_AUTHENTICATION = "proxy-authentication";
    public static final String PROXY_REFUSED = "proxy-refused";
    public static final String PROXY_FAILED = "proxy-failed";
    public static final String HTTP2_CLEARTEXT = "http2-cleartext";
    public static final String LATE_OPENING = "late-opening";
    public static final String GRANT_GONE = "grant-gone";
    public static final String APPROVAL_REFUSED = "approval-refused";
    public static final String APPROVAL_EXPIRED = "approval-expired";
    public static final String APPROVAL_QUEUE_FULL = "approval-queue-full";
    public static final String APPROVAL_OVER = "approval-over";
    public static final String OPENING_UNDECIDED = "opening-undecided";

    /** Not about where the run wanted to go, so they are no evidence of what it is after. */
    private static final Set<String> OF_THE_DOOR =
            Set.of(
                    DOOR_ERROR,
                    NOT_RECORDED,
                    NAME_NOT_FOUND,
                    NAME_FORGOTTEN,
                    TOO_MANY_CONNECTIONS,
                    BAD_REQUEST,
                    NOT_A_PROXY_REQUEST,
                    SOCKS_UNSERVED,
                    BANNER_ABSENT,
                    PROXY_AUTHENTICATION,
                    PROXY_REFUSED,
                    PROXY_FAILED,
                    HTTP2_CLEARTEXT,
                    GRANT_GONE,
                    APPROVAL_EXPIRED,
                    APPROVAL_QUEUE_FULL,
                    APPROVAL_OVER);

    private static final Set<String> OF_APPROVAL =
            Set.of(APPROVAL_REFUSED, APPROVAL_EXPIRED, APPROVAL_QUEUE_FULL, APPROVAL_OVER);

    private Refusals() {}

    /**
     * The node's own proxy did not let it pass.
     *
     * @param failed with a code of the three about proxies
     */
    public static Decision ofProxy(GatewayException failed) {
        String text = "The node dials through a proxy, and " + failed.what() + ".";
        return switch (failed.code()) {
            case PROXY_AUTHENTICATION ->
                    Decision.deny(
                            PROXY_AUTHENTICATION,
                            text,
                            "Ask the node's operator to correct user and password in HTTPS_PROXY or"
                                    + " https-proxy.");
            case PROXY_REFUSED ->
                    Decision.deny(
                            PROXY_REFUSED,
                            text,
                            "Ask whoever runs the proxy to permit this destination; Rein permits"
                                    + " it.");
            case BAD_REQUEST,
                    HEADER_TOO_LARGE,
                    VERSION,
                    BAD_RESPONSE,
                    UNREACHABLE,
                    PROXY_FAILED,
                    CUT_SHORT ->
                    Decision.deny(
                            PROXY_FAILED,
                            text,
                            "Try again; if it happens again, ask whoever runs the proxy.");
        };
    }

    /** Whether a denial with this code counts as a denied goal (DESIGN §6, suspension). */
    public static boolean deniesGoal(String code) {
        return !OF_THE_DOOR.contains(code);
    }

    /** What known clients report on themselves is denied quietly (DESIGN §6). */
    public static boolean isQuiet(String code) {
        return code.equals("client-telemetry");
    }

    /** Whether each request of this kind is asked about anew, so that no grant is of use. */
    public static boolean isOfApproval(String code) {
        return OF_APPROVAL.contains(code);
    }

    /** A person said no to exactly this request. */
    public static Decision approvalRefused(Decision asked, String by) {
        return unapproved(
                asked,
                APPROVAL_REFUSED,
                by + " refused it.",
                "Ask whoever that is why; trying again asks anew.");
    }

    /** Nobody answered in time. */
    public static Decision approvalExpired(Decision asked, long seconds) {
        return unapproved(
                asked,
                APPROVAL_EXPIRED,
                "It needs an approval, and nobody gave one within " + seconds + " seconds.",
                "Try again when somebody is there to approve it: that asks anew (rein approvals"
                        + " --watch shows it).");
    }

    /** Too many wait, or nobody can be asked. */
    public static Decision approvalQueueFull(Decision asked) {
        return unapproved(
                asked,
                APPROVAL_QUEUE_FULL,
                "It needs an approval, and as many requests wait for one as may.",
                "Try again once some of them are answered (rein approvals lists them).");
    }

    /** Policy changed while it waited, or its connection was over before an answer came. */
    public static Decision approvalOver(Decision asked) {
        return unapproved(
                asked,
                APPROVAL_OVER,
                "It waited for an approval and ended before one could count.",
                "Try again: that asks anew.");
    }

    private static Decision unapproved(Decision asked, String code, String text, String next) {
        return new Decision(
                Decision.Outcome.DENY,
                asked.policies(),
                List.of(new Reason(code, text, next)),
                false);
    }

    /** Somebody took the approval back, or it was used, while this attempt was decided on. */
    public static Decision grantGone() {
        return Decision.deny(
                GRANT_GONE,
                "The approval for this was used or taken back at this very moment.",
                "Try again; the denial says how to approve it anew.");
    }

    /**
     * The door could not decide.
     *
     * @param what failed, for the person who runs the node; no stack trace
     */
    public static Decision doorError(String what) {
        return Decision.deny(
                DOOR_ERROR,
                "Rein could not decide on this request because of an internal error ("
                        + what
                        + ").",
                "Try again; if it happens again, look at the node's log.");
    }

    public static Decision notRecorded(RecordRefusedException.Code code) {
        return Decision.deny(
                NOT_RECORDED,
                "Nothing passes unrecorded, and the audit log did not take this record ("
                        + code
                        + ").",
                switch (code) {
                    case BUSY -> "Try again in a moment.";
                    case DISK_FULL -> "Free disk space for the data folder, then try again.";
                    case TOO_LARGE -> "Send a shorter request.";
                    case BROKEN -> "Look at the node's log; the audit log must be repaired first.";
                });
    }

    public static Decision sniAbsent(String name) {
        return Decision.deny(
                SNI_MISMATCH,
                "The TLS handshake names no host, so it cannot be shown to be for " + name + ".",
                "Use a client that sends SNI (RFC 6066 §3).");
    }

    public static Decision sniMismatch(String name, String sni) {
        return Decision.deny(
                SNI_MISMATCH,
                "The TLS handshake is for " + sni + " but the connection is for " + name + ".",
                "Connect to the host that the handshake names.");
    }

    public static Decision hostMismatch(String name, String host) {
        return Decision.deny(
                HOST_MISMATCH,
                "The request says it is for " + host + " but it was sent to " + name + ".",
                "Send the request to the host that it names.");
    }

    /** The address itself is only in the record: an agent need not learn where inside hosts are. */
    public static Decision addressNotPublic(String host, String addressClass) {
        return Decision.deny(
                ADDRESS_NOT_PUBLIC,
                host
                        + " has an address of class "
                        + addressClass
                        + ", which is reached only by a grant that names it.",
                "Ask the owner for a grant of exactly this address, or of this name if the machine's"
                        + " hosts file gives its address.");
    }

    public static Decision ownListener(String host, int port) {
        return Decision.deny(
                OWN_LISTENER,
                host + ":" + port + " is one of Rein's own listeners, which no run may reach.",
                "");
    }

    public static Decision nameNotFound(String name) {
        return Decision.deny(
                NAME_NOT_FOUND,
                "The name " + name + " has no address.",
                "Check the spelling of the name.");
    }

    public static Decision nameForgotten(String address) {
        return Decision.deny(
                NAME_FORGOTTEN,
                "The address " + address + " stands for no name that this run has looked up.",
                "Look the name up again and connect to the address in the answer.");
    }

    /**
     * Too many at once.
     *
     * @param scope whose bound it is: run or node
     */
    public static Decision tooManyConnections(int max, String scope) {
        return Decision.deny(
                TOO_MANY_CONNECTIONS,
                "There are "
                        + max
                        + " connections open already, as many as a "
                        + scope
                        + " may have.",
                "Close connections that are no longer needed, then try again.");
    }

    /**
     * A request that cannot be passed on.
     *
     * @param what is wrong with it, as a clause: "the header is too long"
     */
    public static Decision badRequest(String what) {
        return Decision.deny(
                BAD_REQUEST,
                "This is not an HTTP request that can be passed on: " + what + ".",
                "Send a request as RFC 9112 describes it.");
    }

    public static Decision notAProxyRequest(String protocol) {
        return Decision.deny(
                NOT_A_PROXY_REQUEST,
                "This listener is a proxy for HTTP and SOCKS and was spoken to in "
                        + protocol
                        + ".",
                "Connect directly; all TCP of this run passes the same door.");
    }

    /**
     * A SOCKS request that is not served.
     *
     * @param what is wrong with it, as a clause
     */
    public static Decision socksUnserved(String what) {
        return Decision.deny(
                SOCKS_UNSERVED,
                "This SOCKS request is not served: " + what + ".",
                "Ask for a name with CONNECT and no authentication, or connect directly.");
    }

    /**
     * The upstream spoke first, and nobody can tell what.
     *
     * @param permitted the protocol that policy would have let pass
     */
    public static Decision bannerUnknown(String permitted) {
        return Decision.deny(
                BANNER_UNKNOWN,
                "The upstream's greeting does not show what it speaks, and "
                        + permitted
                        + " is what is permitted.",
                "If the greeting is to be trusted, ask for a grant of the protocol silent.");
    }

    public static Decision bannerAbsent(String permitted) {
        return Decision.deny(
                BANNER_ABSENT,
                "Neither side spoke; in " + permitted + ", which is permitted, the upstream does.",
                "Check that the port is the right one.");
    }

    public static Decision http2Cleartext() {
        return Decision.deny(
                HTTP2_CLEARTEXT,
                "HTTP/2 without TLS cannot be checked request by request.",
                "Use HTTP/1.1, or HTTP/2 over TLS.");
    }

    public static Decision lateOpening(String protocol) {
        return Decision.deny(
                LATE_OPENING,
                "The connection was let through as silent and then turned out to be "
                        + protocol
                        + ".",
                "Use a client that speaks first.");
    }

    /** Half an opening is what somebody sends who wants to be taken for something else. */
    public static Decision openingUndecided() {
        return Decision.deny(
                OPENING_UNDECIDED,
                "The first bytes could still become several protocols, and no more of them came.",
                "Send the whole first message at once.");
    }
}
