package rein.detect;

import rein.vocabulary.Finding;

/**
 * A finding, and when the first of it happened.
 *
 * @param onsetNanos of the first packet among its evidence, else of its first record; nanoseconds
 *     of the node's boot clock
 * @param packet whether that was a packet at a door
 */
public record Detection(Finding finding, long onsetNanos, boolean packet) {}
