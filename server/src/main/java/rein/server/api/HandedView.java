package rein.server.api;

/**
 * What was handed over.
 *
 * @param moving runs that did not stand still in time
 * @param seconds in which the next node must have come
 * @param pid of the process that ends now
 */
public record HandedView(int runs, int moving, int seconds, long pid) {}
