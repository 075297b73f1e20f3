package rein.server.api;

import java.util.List;
import java.util.Optional;

/**
 * Asks for a person's token.
 *
 * @param bootstrap the one-time token that the first start showed; not needed over the Unix socket
 *     as root
 */
public record TokenRequest(String person, List<String> roles, Optional<String> bootstrap) {}
