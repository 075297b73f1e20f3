package rein.policy.review;

import rein.policy.value.Quoting;
import rein.vocabulary.Request;
import rein.vocabulary.Value;

/** Policies written for people to take over. */
final class Lines {
    private Lines() {}

    /** The permit of exactly what was asked for, on one line. */
    static String permit(Request request) {
        String when =
                request.context().get("protocol") instanceof Value.Text(String protocol)
                                && request.context().get("port") instanceof Value.Int(long port)
                        ? " when { context.protocol == "
                                + Quoting.literal(protocol)
                                + " && context.port == "
                                + port
                                + " }"
                        : "";
        return "permit (principal == "
                + Quoting.literal(request.principal())
                + ", action == "
                + Quoting.literal(request.action().uid())
                + ", resource == "
                + Quoting.literal(request.resource())
                + ")"
                + when
                + ";";
    }
}
