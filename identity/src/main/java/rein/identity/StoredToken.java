package rein.identity;

import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is kept of a token: everything but the token. May be shown and listed.
 *
 * @param id the public part
 * @param person whom it names; for a bootstrap token empty text
 * @param hash hex SHA-256 of the token's text
 * @param issuedBy a person, {@code root} or {@code bootstrap:<id>}
 * @param used when a bootstrap token was exchanged
 * @param lastUsed to the minute
 */
public record StoredToken(
        String id,
        Kind kind,
        String person,
        SortedSet<String> roles,
        String hash,
        String issuedBy,
        Instant created,
        Instant expires,
        Optional<Instant> used,
        Optional<Instant> revoked,
        Optional<Instant> lastUsed) {
    /** What a token is good for. */
    public enum Kind {
        /** Once, for becoming the first person. */
        BOOTSTRAP,
        /** For calling as a person. */
        PERSON
    }

    public StoredToken {
        roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
    }

    boolean isLive(Instant now) {
        return used.isEmpty() && revoked.isEmpty() && now.isBefore(expires);
    }

    StoredToken withRevoked(Instant at) {
        return new StoredToken(
                id,
                kind,
                person,
                roles,
                hash,
                issuedBy,
                created,
                expires,
                used,
                revoked.or(() -> Optional.of(at)),
                lastUsed);
    }

    StoredToken withUsed(Instant at) {
        return new StoredToken(
                id,
                kind,
                person,
                roles,
                hash,
                issuedBy,
                created,
                expires,
                Optional.of(at),
                revoked,
                lastUsed);
    }

    StoredToken withLastUsed(Instant at) {
        return new StoredToken(
                id,
                kind,
                person,
                roles,
                hash,
                issuedBy,
                created,
                expires,
                used,
                revoked,
                Optional.of(at));
    }
}
