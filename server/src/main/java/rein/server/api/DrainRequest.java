package rein.server.api;

/**
 * Take no new runs, or take them again.
 *
 * @param undo take them again
 */
public record DrainRequest(boolean undo) {}
