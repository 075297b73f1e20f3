package rein.server.api;

import java.util.UUID;

/**
 * One enforcement point's answer to a stop order, as it comes.
 *
 * @param elapsedMicros since that point was asked
 */
public record StopPoint(
        UUID order,
        String scope,
        String mode,
        String name,
        boolean confirmed,
        String answer,
        long elapsedMicros) {}
