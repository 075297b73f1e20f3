package rein.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * The tokens of one tenant: made, exchanged, verified, revoked. Verifying reads memory alone, so a
 * stop needs no PostgreSQL. Owns no thread; the caller runs {@link #refresh} now and then (every 30
 * s) and once at the end. Safe for any thread.
 */
public final class Tokens {
    /** An organisation has thousands of persons; one token is under 1 KB. */
    static final int TOKENS_MAX = 10_000;

    /** {@code lastUsed} is kept to this, so that a busy token does not write all the time. */
    private static final Duration LAST_USED_STEP = Duration.ofMinutes(1);

    /**
     * Compared with when there is no such id, so that an unknown id takes as long as a wrong
     * secret.
     */
    private static final String NO_HASH = "0".repeat(64);

    /** What came of an exchange. */
    public sealed interface Exchange {
        /** The person's token; show it once. */
        record Issued(IssuedToken token) implements Exchange {}

        record Refused(Verification.Reason reason) implements Exchange {}
    }

    /** What came of a revocation. */
    public enum Revocation {
        /** Dead, and it stays so. */
        REVOKED,
        /** Dead here and now; the store does not answer, and {@link #refresh} tries again. */
        REVOKED_NOT_STORED,
        /** There is no token with this id. */
        UNKNOWN
    }

    private final TokenStore store;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final ReentrantLock changes = new ReentrantLock();
    private final Map<String, StoredToken> byId = new ConcurrentHashMap<>();
    private final Map<String, Instant> uses = new ConcurrentHashMap<>();
    private final Map<String, Instant> revocationsToStore = new TreeMap<>();

    private Tokens(TokenStore store, InstantSource clock, RandomGenerator random) {
        this.store = store;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Reads all tokens into memory.
     *
     * @param random a {@link java.security.SecureRandom}
     */
    public static Tokens open(TokenStore store, InstantSource clock, RandomGenerator random)
            throws IdentityException {
        Tokens tokens = new Tokens(store, clock, random);
        tokens.refresh();
        return tokens;
    }

    /**
     * When nobody holds a live token, a new bootstrap token, valid once and for 24 h; earlier ones
     * are revoked. Whoever can restart Rein and read its terminal holds the data folder anyway.
     */
    public Optional<IssuedToken> bootstrap() throws IdentityException {
        changes.lock();
        try {
            Instant now = clock.instant();
            boolean somebody =
                    byId.values().stream()
                            .anyMatch(token ->
                                    token.kind() == StoredToken.Kind.PERSON && token.isLive(now));
            if (somebody) {
                return Optional.empty();
            }
            IssuedToken token =
                    make(
                            StoredToken.Kind.BOOTSTRAP,
                            "",
                            Set.of(),
                            "start",
                            TokenRules.BOOTSTRAP_VALID);
            store.replaceBootstrap(token.stored(), now);
            byId.replaceAll((id, old) ->
                    old.kind() == StoredToken.Kind.BOOTSTRAP && old.used().isEmpty()
                            ? old.withRevoked(now)
                            : old);
            byId.put(token.stored().id(), token.stored());
            return Optional.of(token);
        } finally {
            changes.unlock();
        }
    }

    /** Exchanges a bootstrap token for the first person's, who becomes {@link Caller#OPERATOR}. */
    public Exchange exchange(String bootstrapToken, String person) throws IdentityException {
        TokenRules.check(person, Set.of(Caller.OPERATOR), TokenRules.PERSON_VALID_DEFAULT);
        changes.lock();
        try {
            Instant now = clock.instant();
            return switch (check(bootstrapToken, StoredToken.Kind.BOOTSTRAP, now)) {
                case Checked.Bad bad -> new Exchange.Refused(bad.reason());
                case Checked.Good good -> exchange(good.token(), person, now);
            };
        } finally {
            changes.unlock();
        }
    }

    private Exchange exchange(StoredToken bootstrap, String person, Instant now)
            throws IdentityException {
        IssuedToken token =
                make(
                        StoredToken.Kind.PERSON,
                        person,
                        Set.of(Caller.OPERATOR),
                        "bootstrap:" + bootstrap.id(),
                        TokenRules.PERSON_VALID_DEFAULT);
        // The store decides: another process may have been faster.
        boolean first = store.exchange(bootstrap.id(), token.stored(), now);
        byId.put(bootstrap.id(), bootstrap.withUsed(now));
        if (!first) {
            return new Exchange.Refused(Verification.Reason.USED);
        }
        byId.put(token.stored().id(), token.stored());
        return new Exchange.Issued(token);
    }

    /**
     * A token for a person.
     *
     * @param issuedBy who asked for it, for the record
     * @param valid at most 366 days
     * @throws IdentityException REFUSED, FULL or UNAVAILABLE; there is no token then
     */
    public IssuedToken create(String person, Set<String> roles, String issuedBy, Duration valid)
            throws IdentityException {
        TokenRules.check(person, roles, valid);
        changes.lock();
        try {
            IssuedToken token = make(StoredToken.Kind.PERSON, person, roles, issuedBy, valid);
            store.insert(token.stored());
            byId.put(token.stored().id(), token.stored());
            return token;
        } finally {
            changes.unlock();
        }
    }

    /** Who presents this token. Never waits, never throws. */
    public Verification verify(String token) {
        Instant now = clock.instant();
        return switch (check(token, StoredToken.Kind.PERSON, now)) {
            case Checked.Bad bad -> new Verification.Refused(bad.reason());
            case Checked.Good good -> {
                StoredToken stored = good.token();
                uses.merge(
                        stored.id(),
                        now,
                        (before, later) ->
                                later.isBefore(before.plus(LAST_USED_STEP)) ? before : later);
                yield new Verification.Known(
                        new Caller.Person(stored.person(), stored.roles(), "token:" + stored.id()));
            }
        };
    }

    /** Takes effect at once and needs no store; a store that is gone hears of it later. */
    public Revocation revoke(String id) throws IdentityException {
        changes.lock();
        try {
            Instant now = clock.instant();
            StoredToken before = byId.get(id);
            if (before == null) {
                return Revocation.UNKNOWN;
            }
            byId.put(id, before.withRevoked(now));
            revocationsToStore.putIfAbsent(id, now);
            try {
                storeRevocations();
                return Revocation.REVOKED;
            } catch (IdentityException e) {
                if (e.code() == IdentityException.Code.UNAVAILABLE) {
                    return Revocation.REVOKED_NOT_STORED;
                }
                throw e;
            }
        } finally {
            changes.unlock();
        }
    }

    /** All tokens, newest first; never the secrets, which are not here. */
    public List<StoredToken> list() {
        return byId.values().stream()
                .map(this::withLastUse)
                .sorted(
                        Comparator.comparing(StoredToken::created)
                                .reversed()
                                .thenComparing(StoredToken::id))
                .toList();
    }

    /**
     * Stores what was kept in memory (last uses, revocations that the store had no time for) and
     * reads what other processes changed.
     */
    public void refresh() throws IdentityException {
        changes.lock();
        try {
            storeRevocations();
            Map<String, Instant> touched = new TreeMap<>(uses);
            store.touch(touched);
            touched.forEach((id, use) -> uses.remove(id, use));
            List<StoredToken> stored = store.load(TOKENS_MAX);
            Set<String> ids = new TreeSet<>();
            for (StoredToken token : stored) {
                ids.add(token.id());
                byId.put(token.id(), token);
            }
            byId.keySet().retainAll(ids);
        } finally {
            changes.unlock();
        }
    }

    private void storeRevocations() throws IdentityException {
        for (Map.Entry<String, Instant> revocation : Map.copyOf(revocationsToStore).entrySet()) {
            store.revoke(revocation.getKey(), revocation.getValue());
            revocationsToStore.remove(revocation.getKey());
        }
    }

    private IssuedToken make(
            StoredToken.Kind kind, String person, Set<String> roles, String by, Duration valid)
            throws IdentityException {
        makeRoom();
        TokenText text = TokenText.generate(kind, random);
        Instant now = clock.instant();
        return new IssuedToken(
                new StoredToken(
                        text.id(),
                        kind,
                        person,
                        new TreeSet<>(roles),
                        text.hash(),
                        by,
                        now,
                        now.plus(valid),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                text.text());
    }

    /** Dead tokens stay in the store, for the record; only live ones need their place in memory. */
    private void makeRoom() throws IdentityException {
        if (byId.size() < TOKENS_MAX) {
            return;
        }
        Instant now = clock.instant();
        Optional<StoredToken> dead =
                byId.values().stream()
                        .filter(token -> !token.isLive(now))
                        .min(Comparator.comparing(StoredToken::expires));
        if (dead.isEmpty()) {
            throw new IdentityException(
                    IdentityException.Code.FULL,
                    "There are " + TOKENS_MAX + " live tokens; revoke some first.");
        }
        byId.remove(dead.orElseThrow().id());
    }

    private sealed interface Checked {
        record Good(StoredToken token) implements Checked {}

        record Bad(Verification.Reason reason) implements Checked {}
    }

    /** The secret first: who does not hold it learns nothing about the token. */
    private Checked check(String presented, StoredToken.Kind kind, Instant now) {
        Optional<TokenText> parsed = TokenText.parse(presented);
        if (parsed.isEmpty()) {
            return new Checked.Bad(Verification.Reason.MALFORMED);
        }
        TokenText text = parsed.orElseThrow();
        Optional<StoredToken> found = Optional.ofNullable(byId.get(text.id()));
        boolean same =
                TokenText.sameHash(found.map(StoredToken::hash).orElse(NO_HASH), text.hash());
        if (!same || found.isEmpty()) {
            return new Checked.Bad(Verification.Reason.UNKNOWN);
        }
        StoredToken token = found.orElseThrow();
        if (token.kind() != kind) {
            return new Checked.Bad(Verification.Reason.WRONG_KIND);
        }
        if (token.used().isPresent()) {
            return new Checked.Bad(Verification.Reason.USED);
        }
        if (token.revoked().isPresent()) {
            return new Checked.Bad(Verification.Reason.REVOKED);
        }
        return token.isLive(now)
                ? new Checked.Good(token)
                : new Checked.Bad(Verification.Reason.EXPIRED);
    }

    private StoredToken withLastUse(StoredToken token) {
        Instant use = uses.get(token.id());
        return use == null ? token : token.withLastUsed(use);
    }
}
