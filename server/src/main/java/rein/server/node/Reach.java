package rein.server.node;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import rein.gateway.Wanted;
import rein.gateway.egress.AddressClass;
import rein.vocabulary.Action;
import rein.vocabulary.Draft;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Kind;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Run;

/**
 * {@code --reach HOST:PORT[/PROTOCOL]}: one destination that a person grants to one run. It becomes
 * a permit of that run alone, so what the fleet forbids stays forbidden.
 *
 * @param host a name in lower case, or an IPv4 address
 * @param protocols as policy knows them
 */
public record Reach(String host, int port, List<String> protocols) {
    /** Grants of one run on a command line; more are a policy file. */
    public static final int GRANTS_MAX = 32;

    private static final Pattern FORM =
            Pattern.compile("([A-Za-z0-9._-]{1,253}):([0-9]{1,5})(?:/([a-z0-9-]{1,20}))?");

    /** What a person can mean; mining and a nested proxy are forbidden by the fleet anyway. */
    private static final List<String> KNOWN =
            List.of(
                    "tls",
                    "http",
                    "websocket",
                    "ssh",
                    "smtp",
                    "ftp",
                    "pop3",
                    "imap",
                    "mysql",
                    "vnc",
                    "unknown",
                    "silent");

    public Reach {
        protocols = List.copyOf(protocols);
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException in a whole sentence
     */
    public static Reach parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw wrong(text, "");
        }
        int port = Integer.parseInt(form.group(2));
        String protocol = form.group(3);
        if (port < 1 || port > 65_535) {
            throw wrong(text, "; ports are from 1 to 65535");
        }
        if (protocol != null && !KNOWN.contains(protocol)) {
            throw wrong(text, "; protocols are " + String.join(", ", KNOWN));
        }
        String host = form.group(1).toLowerCase(Locale.ROOT);
        boolean literal = false;
        try {
            InetAddress address = InetAddress.ofLiteral(host);
            literal = true;
            host = address.getHostAddress();
            if (AddressClass.of(address) == AddressClass.METADATA) {
                throw new IllegalArgumentException(
                        "--reach "
                                + text
                                + ": the fleet forbids the metadata services, which hand out the"
                                + " machine's credentials.");
            }
        } catch (IllegalArgumentException e) {
            if (literal) {
                throw e;
            }
        }
        return new Reach(host, port, protocols(protocol == null ? "" : protocol, literal));
    }

    /** A handshake with an address names no host, which is a protocol of its own in policy. */
    private static List<String> protocols(String one, boolean literal) {
        if (!one.isEmpty() && !(one.equals("tls") && literal)) {
            return List.of(one);
        }
        List<String> tls = literal ? List.of("tls", "tls-unnamed") : List.of("tls");
        List<String> both = new ArrayList<>(tls);
        both.add("http");
        return one.isEmpty() ? both : tls;
    }

    private static IllegalArgumentException wrong(String text, String more) {
        return new IllegalArgumentException(
                "--reach is HOST:PORT or HOST:PORT/PROTOCOL, for example db.example:3306/mysql, not '"
                        + text
                        + "'"
                        + more
                        + ".");
    }

    /** {@code host:port}. */
    public String destination() {
        return host + ":" + port;
    }

    /** Each thing that it grants, as a door would see it wanted. */
    public List<Wanted> wanted() {
        Optional<String> of = addressClass();
        return protocols.stream()
                .map(protocol -> new Wanted(host, port, protocol, of.isEmpty(), of))
                .toList();
    }

    /** What the address is, where the host is one. */
    private Optional<String> addressClass() {
        try {
            return Optional.of(AddressClass.of(InetAddress.ofLiteral(host)).label());
        } catch (IllegalArgumentException name) {
            return Optional.empty();
        }
    }

    /** The permit. The pattern has no character that Cedar would have escaped. */
    private String permit(String agent, int number) {
        String listed =
                protocols.stream()
                        .map(protocol -> "\"" + protocol + "\"")
                        .collect(Collectors.joining(", "));
        return """
        @id("%d")
        @reason("Granted to this run when it was started (--reach).")
        @code("reach")
        permit (principal == Agent::"%s", action == Action::"network:connect", resource == Host::"%s")
        when { context.port == %d && [%s].contains(context.protocol) };
        """
                .formatted(number, agent, host, port, listed);
    }

    /** The grants that a command line names; empty names none. */
    public static List<Reach> parse(List<String> texts) {
        if (texts.size() > GRANTS_MAX) {
            throw new IllegalArgumentException(
                    "--reach is given more than " + GRANTS_MAX + " times; write a --policy file.");
        }
        return texts.stream().map(Reach::parse).toList();
    }

    /** The grants as the run's own policy; its ids are {@code reach#1} and so on. */
    public static Optional<PolicyText> policy(List<Reach> grants, String agent) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < grants.size(); i++) {
            text.append(grants.get(i).permit(agent, i + 1));
        }
        return grants.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new PolicyText("reach", new PolicyText.Scope.OfRun(), text.toString()));
    }

    /** That a person granted it, before the run can use it. */
    Draft record(Run run, String person) {
        return Draft.of(Kind.POLICY_CHANGED)
                .run(run)
                .person(person)
                .asked(Action.NETWORK_CONNECT, new EntityUid("Host", host))
                .detail("change", "reach")
                .detail("host", host)
                .detail("port", Integer.toString(port))
                .detail("protocol", String.join(",", protocols))
                .detail("sentence", "granted to this run by " + person + " (--reach)")
                .build();
    }
}
