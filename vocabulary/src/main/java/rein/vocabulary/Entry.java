package rein.vocabulary;

/**
 * A record that is durable in a log: what was said, who stamped it, and where it lies. The draft
 * keeps its content here, so that detectors see free text without reading it back.
 */
public record Entry(LogAddress address, Stamp stamp, Draft draft) {}
