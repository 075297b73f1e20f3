package rein.respond;

/**
 * When the first of what a finding rests on happened.
 *
 * @param nanos of the node's boot clock, the same that the {@code Ticker} reads
 * @param packet whether that was a packet at a door, or something else that was seen
 */
public record Onset(long nanos, boolean packet) {}
