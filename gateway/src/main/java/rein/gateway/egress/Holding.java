package rein.gateway.egress;

import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import rein.gateway.Refusals;
import rein.gateway.RequestDigest;
import rein.gateway.RunContext;
import rein.gateway.RunLedger;
import rein.gateway.WaitingPlace;
import rein.vocabulary.Consent;
import rein.vocabulary.Decision;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;

/**
 * Holds a request that needs an approval on its connection's thread, until people answer or may not
 * any more. Nothing was dialed yet, and the client has had no byte.
 */
final class Holding {
    private final RunContext context;
    private final RunLedger ledger;
    private final Parts parts;
    private final AddressCheck check;
    private final AskDrafts drafts;

    Holding(
            RunContext context,
            RunLedger ledger,
            Parts parts,
            AddressCheck check,
            AskDrafts drafts) {
        this.context = context;
        this.ledger = ledger;
        this.parts = parts;
        this.check = check;
        this.drafts = drafts;
    }

    /**
     * What was decided in the end.
     *
     * @param cause the record of the answer, where somebody gave one
     */
    record Held(RunLedger.Decided decided, Optional<UUID> cause) {}

    /** Waits for people's answer; what they approve is decided on once more, as things are then. */
    Held until(Ask ask, RunLedger.Decided asked, RunLedger.Wake wake, BooleanSupplier over)
            throws RecordRefusedException {
        Decision decision = asked.decision();
        Optional<WaitingPlace> place = context.grants().waitingPlace();
        if (place.isEmpty()) {
            return new Held(asked.but(Refusals.approvalQueueFull(decision)), Optional.empty());
        }
        try (WaitingPlace waiting = place.get()) {
            Consent consent = decision.consent().orElseThrow();
            String digest = RequestDigest.of(ask.request(context));
            UUID question =
                    parts.recorder()
                            .append(
                                    drafts.of(Kind.APPROVAL_ASKED, ask, asked, Optional.empty())
                                            .detail("digest", digest)
                                            .detail("role", consent.role().label())
                                            .size("hold-seconds", consent.hold().toSeconds())
                                            .build())
                            .stamp()
                            .id();
            WaitingPlace.Answer answer =
                    waiting.await(
                            new WaitingPlace.Question(
                                    question, Lifting.wanted(ask, check), consent, digest),
                            () -> over.getAsBoolean() || context.standing().isPresent());
            return switch (answer) {
                case WaitingPlace.Answer.Yes(Consent.Role role, String by, UUID record) ->
                        new Held(approved(ask, wake, role, by), Optional.of(record));
                case WaitingPlace.Answer.No(String by, UUID record) ->
                        new Held(
                                asked.but(Refusals.approvalRefused(decision, by)),
                                Optional.of(record));
                case WaitingPlace.Answer.Expired() ->
                        new Held(
                                asked.but(
                                        Refusals.approvalExpired(
                                                decision, consent.hold().toSeconds())),
                                Optional.of(question));
                case WaitingPlace.Answer.Over() ->
                        new Held(asked.but(Refusals.approvalOver(decision)), Optional.of(question));
            };
        }
    }

    private RunLedger.Decided approved(Ask ask, RunLedger.Wake wake, Consent.Role role, String by) {
        RunLedger.Decided decided =
                ledger.decide(
                        parts.decisions(),
                        ask.request(context),
                        context,
                        wake.approved(role, WaitingPlace.approvedBy(by)));
        ledger.count(RunLedger.APPROVALS, 1);
        return decided.decision().outcome() == Decision.Outcome.REQUIRE_APPROVAL
                ? decided.but(Refusals.approvalOver(decided.decision()))
                : decided;
    }
}
