package rein.server.api;

import java.util.UUID;

/**
 * An order that ended.
 *
 * @param runs how many go on
 */
public record Resumed(UUID order, String scope, int runs) {}
