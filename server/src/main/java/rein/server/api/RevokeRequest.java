package rein.server.api;

import java.util.Optional;

/** Takes a grant back; the reason goes into the audit log. */
public record RevokeRequest(Optional<String> reason) {}
