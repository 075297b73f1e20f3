package rein.respond;

import java.util.Optional;
import rein.vocabulary.Action;
import rein.vocabulary.Consent;
import rein.vocabulary.Draft;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Kind;
import rein.vocabulary.Run;

/** How the end of a wait stands in the audit log; its beginning is the door's to record. */
final class HeldRecords {
    private HeldRecords() {}

    static Draft answered(
            HeldAsk ask,
            boolean yes,
            Approver by,
            Consent.Role as,
            String reason,
            Optional<Run> run) {
        String what = yes ? "approved" : "refused";
        return about(ask, what, run)
                .person(by.name())
                .detail("answered-by", by.text())
                .detail("as", as.label())
                .detail(
                        "sentence",
                        by.shown()
                                + " "
                                + what
                                + " exactly this request to "
                                + ask.what().destination()
                                + ".")
                .content("reason", reason)
                .build();
    }

    /**
     * Nobody answered.
     *
     * @param how expired or over
     */
    static Draft ended(HeldAsk ask, String how, Optional<Run> run) {
        return about(ask, how, run)
                .detail(
                        "sentence",
                        "The request to "
                                + ask.what().destination()
                                + (how.equals("expired")
                                        ? " was not answered in time."
                                        : " ended before anybody answered."))
                .build();
    }

    private static Draft.Builder about(HeldAsk ask, String how, Optional<Run> run) {
        Denial what = ask.what();
        Draft.Builder draft =
                Draft.of(Kind.APPROVAL_ENDED)
                        .asked(Action.POLICY_GRANT, new EntityUid("Agent", what.agent()))
                        .detail("denial", what.id().toString())
                        .detail("granted-to", what.agent())
                        .detail("owner", what.owner())
                        .detail("host", what.host())
                        .detail("port", Integer.toString(what.port()))
                        .detail("protocol", what.protocol())
                        .detail("digest", ask.digest())
                        .detail("role", ask.consent().role().label())
                        .detail("how", how)
                        .cause(what.id());
        run.ifPresent(draft::run);
        return draft;
    }
}
