package rein.identity;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Where tokens survive a restart. Every method either did all of it or threw. */
public interface TokenStore {
    /** All tokens of the tenant, at most {@code limit}. */
    List<StoredToken> load(int limit) throws IdentityException;

    void insert(StoredToken token) throws IdentityException;

    /** Revokes the bootstrap tokens that are still unused and inserts this one. */
    void replaceBootstrap(StoredToken token, Instant at) throws IdentityException;

    /**
     * Uses up a bootstrap token and inserts the person's token; false, with nothing changed, when
     * it was used or revoked before.
     */
    boolean exchange(String bootstrapId, StoredToken token, Instant at) throws IdentityException;

    void revoke(String id, Instant at) throws IdentityException;

    void touch(Map<String, Instant> lastUsed) throws IdentityException;
}
