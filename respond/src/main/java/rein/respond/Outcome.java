package rein.respond;

import java.util.List;
import java.util.Locale;

/** What was done about an incident. */
sealed interface Outcome {
    /** Nothing: it is for people to judge. */
    record Watched() implements Outcome {}

    /** Every enforcement point confirmed. */
    record Suspended(long nanos, boolean packet) implements Outcome {}

    /** The order stands; these points did not confirm, or left something alive. */
    record Unconfirmed(List<String> points) implements Outcome {
        public Unconfirmed {
            points = List.copyOf(points);
        }
    }

    /** An earlier order covered the run. */
    record AlreadyStopped() implements Outcome {}

    /** Follows "…, tried to do this" and ends the sentence. */
    default String say() {
        return switch (this) {
            case Watched() -> "; it was not stopped.";
            case Suspended(long nanos, boolean packet) ->
                    " and was suspended "
                            + elapsed(nanos)
                            + (packet ? " after the first packet." : " after it was first seen.");
            case Unconfirmed(List<String> points) ->
                    " and was ordered to stop, but "
                            + (points.isEmpty()
                                    ? "something of it is still alive."
                                    : String.join(", ", points) + " did not confirm.");
            case AlreadyStopped() -> " and was stopped already.";
        };
    }

    private static String elapsed(long nanos) {
        double millis = Math.max(0, nanos) / 1e6;
        if (millis < 1) {
            return "within 1 ms";
        }
        return millis < 1_000
                ? Math.round(millis) + " ms"
                : String.format(Locale.ROOT, "%.1f s", millis / 1_000);
    }
}
