package rein.server;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import rein.identity.Caller;
import rein.respond.ApprovalException;
import rein.respond.Approvals;
import rein.respond.Approver;
import rein.respond.Denial;
import rein.respond.HeldAsk;
import rein.server.api.ApprovalAnswer;
import rein.server.api.ApprovalRequest;
import rein.server.api.DenialView;
import rein.server.http.ProblemException;
import rein.vocabulary.Consent;
import rein.vocabulary.Uuid7;

/**
 * The requests that wait at a door, as the management API shows and answers them. Whether the
 * caller may approve anything for this agent is decided before it comes here.
 */
final class HeldApprovals {
    private final Approvals approvals;

    HeldApprovals(Approvals approvals) {
        this.approvals = approvals;
    }

    List<HeldAsk> all() {
        return approvals.held().all();
    }

    /**
     * The one that waits and whose id is, or ends in, these digits.
     *
     * @throws ProblemException 409 if there are several
     */
    Optional<HeldAsk> find(String id) {
        String digits = id.toLowerCase(Locale.ROOT).strip();
        if (!digits.matches("[0-9a-f-]{8,36}")) {
            return Optional.empty();
        }
        List<HeldAsk> found =
                all().stream().filter(ask -> ask.id().toString().endsWith(digits)).toList();
        if (found.size() > 1) {
            List<UUID> ids = found.stream().map(HeldAsk::id).toList();
            throw new ProblemException(
                    409,
                    "ambiguous",
                    "Several requests end in '" + id + "'; give the whole id: " + ids);
        }
        return found.stream().findFirst();
    }

    /** Says yes to exactly this request. */
    ApprovalAnswer approve(HeldAsk ask, ApprovalRequest request, Caller caller, Approver by)
            throws ApprovalException {
        if (!request.terms().orElse("once").equals("once")) {
            throw new ProblemException(
                    422,
                    "bad-terms",
                    "Its policy wants each such request approved, so this yes is for one request:"
                            + " rein approve "
                            + ask.what().shortId());
        }
        return answer(ask, true, caller, by, request.reason().orElse(""));
    }

    /** Says no. */
    ApprovalAnswer refuse(HeldAsk ask, String reason, Caller caller, Approver by)
            throws ApprovalException {
        return answer(ask, false, caller, by, reason);
    }

    private ApprovalAnswer answer(
            HeldAsk ask, boolean yes, Caller caller, Approver by, String reason)
            throws ApprovalException {
        HeldAsk answered = approvals.held().answer(ask.id(), yes, by, role(caller), reason);
        return new ApprovalAnswer(
                yes ? "let-through" : "refused",
                Optional.empty(),
                Optional.of(view(answered)),
                Optional.empty());
    }

    private static Consent.Role role(Caller caller) {
        return switch (caller) {
            case Caller.LocalRoot _ -> Consent.Role.OPERATOR;
            case Caller.Person person ->
                    person.roles().contains(Caller.OPERATOR)
                            ? Consent.Role.OPERATOR
                            : Consent.Role.OWNER;
            case Caller.Nobody _ -> Consent.Role.OWNER;
        };
    }

    static DenialView view(HeldAsk ask) {
        Denial what = ask.what();
        return new DenialView(
                what.id(),
                what.shortId(),
                what.agent(),
                what.owner(),
                Uuid7.shortForm(what.run()),
                true,
                what.host(),
                what.port(),
                what.protocol(),
                what.destination(),
                what.when(),
                false,
                1,
                Optional.empty(),
                Optional.of(new DenialView.Held(ask.consent().role().label(), ask.until())));
    }
}
