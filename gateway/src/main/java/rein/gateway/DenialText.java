package rein.gateway;

import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import rein.vocabulary.Decision;
import rein.vocabulary.Reason;

/** A denial in words, for whoever reads the protocol that the agent speaks. */
public final class DenialText {
    /** Longest text given to a peer; OpenSSH cuts a disconnect text at 400 characters. */
    public static final int LINE_CHARS_MAX = 400;

    private DenialText() {}

    /** Several lines: reason, next step, who can allow it and how, policy, record. */
    public static String page(Decision decision, Optional<UUID> record, Lift lift) {
        StringBuilder text = new StringBuilder("Rein refused this.\n");
        for (Reason reason : decision.reasons()) {
            text.append("Reason: ").append(reason.text()).append(" (").append(reason.code());
            text.append(")\n");
            if (!reason.nextStep().isEmpty()) {
                text.append("Next: ").append(reason.nextStep()).append('\n');
            }
        }
        text.append(
                switch (lift) {
                    case Lift.By by ->
                            "Approve: a person outside this run can allow it: rein approve "
                                    + by.shortId()
                                    + " (for this run; --once, or --for 24h)\n";
                    case Lift.Never(String why) -> "Approve: not possible, because " + why + ".\n";
                });
        text.append("Policy: ").append(policies(decision)).append('\n');
        record.ifPresent(id -> text.append("Record: ").append(id).append('\n'));
        return text.toString();
    }

    /** One line of printable ASCII, at most {@link #LINE_CHARS_MAX} characters. */
    public static String line(Decision decision, Lift lift) {
        String text =
                switch (lift) {
                    // The id first: what comes last may be cut.
                    case Lift.By by ->
                            "A person outside this run can allow this: rein approve "
                                    + by.shortId()
                                    + " . "
                                    + decision.reasons().stream()
                                            .map(Reason::text)
                                            .collect(Collectors.joining(" "));
                    case Lift.Never _ ->
                            decision.reasons().stream()
                                    .map(reason -> (reason.text() + " " + reason.nextStep()).trim())
                                    .collect(Collectors.joining(" "));
                };
        String whole = "Rein: " + text + " [" + code(decision) + "; " + policies(decision) + "]";
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < whole.length() && line.length() < LINE_CHARS_MAX; i++) {
            char c = whole.charAt(i);
            line.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return line.toString();
    }

    /** The first reason's code. */
    public static String code(Decision decision) {
        return decision.reasons().isEmpty() ? "denied" : decision.reasons().getFirst().code();
    }

    private static String policies(Decision decision) {
        return decision.policies().isEmpty()
                ? "no policy permits it"
                : String.join(", ", decision.policies());
    }
}
