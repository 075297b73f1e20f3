package rein.server.api;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A run as the API shows it. */
public record RunView(
        UUID id,
        String shortId,
        String agent,
        String owner,
        String state,
        String level,
        String pack,
        Map<String, String> labels,
        Instant started,
        Optional<Instant> ended,
        long denied,
        long findings) {}
