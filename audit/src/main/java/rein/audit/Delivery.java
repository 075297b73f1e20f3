package rein.audit;

import rein.vocabulary.Entry;

/** What a subscriber is handed, in the order of the log. */
public sealed interface Delivery {
    /** A durable record. */
    record Delivered(Entry entry) implements Delivery {}

    /** The subscriber was too slow for these; it can read them from the log by index. */
    record Gap(long firstIndex, long count) implements Delivery {}

    /** The log was closed; nothing comes any more. */
    record Ended() implements Delivery {}
}
