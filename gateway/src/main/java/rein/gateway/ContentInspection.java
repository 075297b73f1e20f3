package rein.gateway;

import java.util.List;
import java.util.Optional;
import rein.vocabulary.Severity;
import rein.vocabulary.Taint;

/** Looks into what passes a door. Called from many threads; one message by one thread. */
public interface ContentInspection {
    /** Looks at nothing, and says so. */
    ContentInspection NONE = _ -> Optional.empty();

    /** Which way a message goes. */
    enum Way {
        REQUEST,
        RESPONSE
    }

    /** Begins to look at a message; empty where nothing is looked at. */
    Optional<Message> open(Way way);

    /** One message, as it passes. */
    interface Message {
        /** Takes the next bytes and gives those that may pass now. */
        Passing take(byte[] bytes);

        /** There is no more: gives what was held back. */
        Passing end();
    }

    /**
     * What may pass. Of a message, as many bytes come out as went in: what is redacted is replaced
     * by as many others, so that no length that was announced becomes wrong.
     */
    final class Passing {
        private final byte[] bytes;
        private final List<Found> found;
        private final List<String> unfinished;

        public Passing(byte[] bytes, List<Found> found, List<String> unfinished) {
            this.bytes = bytes;
            this.found = List.copyOf(found);
            this.unfinished = List.copyOf(unfinished);
        }

        /** Not copied: whoever gets it has it alone. */
        public byte[] bytes() {
            return bytes;
        }

        /** What was found in them, in order. */
        public List<Found> found() {
            return found;
        }

        /** What was not looked for everywhere, since there was too much that begins like it. */
        public List<String> unfinished() {
            return unfinished;
        }
    }

    /**
     * One thing that was found; never the value.
     *
     * @param start its first byte in the message
     * @param taint what the run has touched with it
     */
    record Found(
            String dataClass,
            Severity severity,
            long start,
            boolean redacted,
            Optional<Taint> taint) {}
}
