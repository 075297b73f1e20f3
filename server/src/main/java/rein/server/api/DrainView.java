package rein.server.api;

/**
 * Whether the node takes new runs.
 *
 * @param runs live now
 */
public record DrainView(boolean draining, int runs) {}
