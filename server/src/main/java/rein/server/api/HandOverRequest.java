package rein.server.api;

/**
 * Leave all runs to the next node of this data folder and end.
 *
 * @param seconds after which the watcher kills them if no node has come, 1 to 60
 */
public record HandOverRequest(int seconds) {}
