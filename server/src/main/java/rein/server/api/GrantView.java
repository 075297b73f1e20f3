package rein.server.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import rein.respond.Approver;
import rein.respond.Grant;
import rein.vocabulary.Uuid7;

/**
 * What people allow an agent.
 *
 * @param denial short id of the denial that led to it; takes it back, too
 * @param terms once, run or time
 * @param used whether the one use is over
 * @param approvers one or two
 * @param policy the Cedar text that is in force
 */
public record GrantView(
        UUID id,
        String shortId,
        String denial,
        String agent,
        String owner,
        String run,
        String destination,
        String terms,
        String lasts,
        Optional<Instant> expires,
        Instant granted,
        boolean used,
        boolean aboveCeiling,
        List<String> approvers,
        String policy) {
    public static GrantView of(Grant grant, boolean used) {
        return new GrantView(
                grant.id(),
                grant.shortId(),
                grant.denial().shortId(),
                grant.denial().agent(),
                grant.denial().owner(),
                Uuid7.shortForm(grant.denial().run()),
                grant.denial().destination(),
                grant.terms().label(),
                grant.terms().shown(),
                grant.expires(),
                grant.granted(),
                used,
                grant.aboveCeiling(),
                grant.approvers().stream().map(Approver::shown).toList(),
                grant.permit().text());
    }
}
