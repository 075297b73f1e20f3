package rein.server.api;

import java.util.List;
import java.util.Optional;

/**
 * Who is signed in.
 *
 * @param key the session's second half, sent back with every request; only in the answer that opens
 *     it
 * @param hours how long a session lasts at most
 */
public record SessionView(String person, List<String> roles, Optional<String> key, long hours) {
    public SessionView {
        roles = List.copyOf(roles);
    }
}
