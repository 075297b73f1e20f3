package rein.detect;

import java.util.UUID;

/**
 * The little that is kept of a record: its id, when it happened (nanoseconds of the node's boot
 * clock), and whether it was a packet at a door.
 */
public record Evidence(UUID record, long nanos, boolean packet) implements Window.Timed {}
