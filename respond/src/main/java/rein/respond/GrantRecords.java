package rein.respond;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import rein.vocabulary.Action;
import rein.vocabulary.Draft;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Kind;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Run;

/**
 * How grants stand in the audit log, which is also where they are kept: what is written here is
 * read again when a node starts.
 */
final class GrantRecords {
    static final int REASON_CHARS_MAX = 500;

    private GrantRecords() {}

    static Draft proposed(
            Denial denial,
            Terms terms,
            List<Approver> approvers,
            String reason,
            Optional<Run> run) {
        return about(Kind.GRANT_PROPOSED, denial, terms, approvers, reason, run)
                .detail("ceiling", "above")
                .detail(
                        "sentence",
                        approvers.getLast().shown()
                                + " would allow "
                                + denial.destination()
                                + " "
                                + terms.shown()
                                + "; a second person is needed.")
                .build();
    }

    static Draft granted(
            UUID id,
            Denial denial,
            Terms terms,
            List<Approver> approvers,
            boolean aboveCeiling,
            int peopleNeeded,
            PolicyText permit,
            String reason,
            Optional<Run> run) {
        return about(Kind.GRANTED, denial, terms, approvers, reason, run)
                .detail("grant", id.toString())
                .detail("ceiling", aboveCeiling ? "above" : "inside")
                .detail("policy", permit.text())
                .detail(
                        "sentence",
                        Grant.shown(approvers)
                                + " allowed "
                                + denial.destination()
                                + " "
                                + terms.shown()
                                + ".")
                .size("people-needed", peopleNeeded)
                .build();
    }

    private static Draft.Builder about(
            Kind kind,
            Denial denial,
            Terms terms,
            List<Approver> approvers,
            String reason,
            Optional<Run> run) {
        Draft.Builder draft =
                Draft.of(kind)
                        .person(approvers.getLast().name())
                        .asked(Action.POLICY_GRANT, new EntityUid("Agent", denial.agent()))
                        .detail("denial", denial.id().toString())
                        .detail("granted-to", denial.agent())
                        .detail("owner", denial.owner())
                        .detail("in-run", denial.run().toString())
                        .detail("host", denial.host())
                        .detail("port", Integer.toString(denial.port()))
                        .detail("protocol", denial.protocol())
                        .detail("named", Boolean.toString(denial.named()))
                        .detail("denied", denial.when().toString())
                        .detail("terms", terms.label())
                        .detail(
                                "approved-by",
                                approvers.stream()
                                        .map(Approver::text)
                                        .collect(Collectors.joining(",")))
                        .size("seconds", terms.seconds())
                        .content("reason", reason)
                        .cause(denial.id());
        denial.addressClass().ifPresent(of -> draft.detail("address-class", of));
        run.ifPresent(draft::run);
        return draft;
    }

    /**
     * The end of a grant.
     *
     * @param how used, expired or revoked
     * @param cause the record of the decision that used it, or of the grant itself
     */
    static Draft.Builder ended(Grant grant, String how, UUID cause, Optional<Run> run) {
        Draft.Builder draft =
                Draft.of(Kind.GRANT_ENDED)
                        .asked(Action.POLICY_GRANT, new EntityUid("Agent", grant.denial().agent()))
                        .detail("grant", grant.id().toString())
                        .detail("denial", grant.denial().id().toString())
                        .detail("host", grant.denial().host())
                        .detail("port", Integer.toString(grant.denial().port()))
                        .detail("protocol", grant.denial().protocol())
                        .detail("how", how)
                        .detail(
                                "sentence",
                                "The grant of " + grant.denial().destination() + " is " + how + ".")
                        .cause(cause);
        run.ifPresent(draft::run);
        return draft;
    }

    /**
     * Reads the destination of a proposal or a grant again.
     *
     * @throws IllegalArgumentException if something is missing
     */
    static Denial denial(Map<String, String> detail) {
        return new Denial(
                UUID.fromString(must(detail, "denial")),
                must(detail, "granted-to"),
                must(detail, "owner"),
                UUID.fromString(must(detail, "in-run")),
                must(detail, "host"),
                Integer.parseInt(must(detail, "port")),
                must(detail, "protocol"),
                Boolean.parseBoolean(must(detail, "named")),
                Optional.ofNullable(detail.get("address-class")),
                Instant.parse(must(detail, "denied")));
    }

    static Terms terms(Map<String, String> detail, Map<String, Long> sizes) {
        return Terms.of(must(detail, "terms"), sizes.getOrDefault("seconds", 0L));
    }

    static List<Approver> approvers(Map<String, String> detail) {
        return new ArrayList<>(
                Stream.of(must(detail, "approved-by").split(",")).map(Approver::parse).toList());
    }

    static String must(Map<String, String> detail, String name) {
        return Optional.ofNullable(detail.get(name))
                .orElseThrow(() -> new IllegalArgumentException("a grant's record has no " + name));
    }
}
