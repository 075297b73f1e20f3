package rein.policy;

import java.util.List;
import java.util.stream.Collectors;
import rein.policy.syntax.Problem;
import rein.policy.value.Quoting;
import rein.vocabulary.Action;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;

/**
 * The permit that a grant is: exactly one agent, one host, one port, and the protocol that was
 * denied. It is decided by the same engine as every other policy, and no forbid yields to it.
 */
public final class GrantText {
    /** The id of the one policy in the text; its whole id is {@code name#grant}. */
    public static final String LOCAL_ID = "grant";

    private GrantText() {}

    /**
     * What may be spoken where this was denied: a tunnel's content is decided on when it speaks.
     */
    public static List<String> spoken(String denied) {
        return denied.equals("connect") ? List.of("tls", "http", "websocket") : List.of(denied);
    }

    /**
     * The text.
     *
     * @param name of the text, unique among the grants in force
     * @param scope the run, or the agent with all its runs
     * @param protocols what may be spoken there; at least one
     * @param reason one sentence: who approved it, and until when
     * @throws IllegalArgumentException if the permit could not be enforced as it stands
     */
    public static PolicyText of(
            String name,
            PolicyText.Scope scope,
            String agent,
            String host,
            int port,
            List<String> protocols,
            String reason) {
        String spoken =
                protocols.size() == 1
                        ? "context.protocol == " + Quoting.literal(protocols.getFirst())
                        : protocols.stream()
                                .map(Quoting::literal)
                                .collect(
                                        Collectors.joining(
                                                ", ", "[", "].contains(context.protocol)"));
        PolicyText text =
                new PolicyText(
                        name,
                        scope,
                        "@id("
                                + Quoting.literal(LOCAL_ID)
                                + ")\n@code(\"granted\")\n@reason("
                                + Quoting.literal(reason)
                                + ")\npermit (principal == "
                                + Quoting.literal(new EntityUid("Agent", agent))
                                + ", action == "
                                + Quoting.literal(Action.NETWORK_CONNECT.uid())
                                + ", resource == "
                                + Quoting.literal(new EntityUid("Host", host))
                                + ")\nwhen { "
                                + spoken
                                + " && context.port == "
                                + port
                                + " };\n");
        List<Problem> problems = Policies.check(text);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("no grant can be made of this: " + problems);
        }
        return text;
    }
}
