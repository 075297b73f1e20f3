package rein.respond;

import java.time.Duration;

/** How long a grant lasts. */
public sealed interface Terms {
    /** The longest; what should last longer is a policy (DESIGN §1.8). */
    Duration LENGTH_MAX = Duration.ofHours(24);

    /** One connection, or one HTTP request. */
    record Once() implements Terms {}

    /** Until the run ends. */
    record ForRun() implements Terms {}

    /** For this long, in every run of the agent. */
    record ForTime(Duration length) implements Terms {
        public ForTime {
            if (length.compareTo(Duration.ofSeconds(1)) < 0 || length.compareTo(LENGTH_MAX) > 0) {
                throw new IllegalArgumentException(
                        "a grant lasts from 1 second to "
                                + LENGTH_MAX.toHours()
                                + " hours, not "
                                + length);
            }
        }
    }

    /** {@code once}, {@code run} or {@code time}. */
    default String label() {
        return switch (this) {
            case Once _ -> "once";
            case ForRun _ -> "run";
            case ForTime _ -> "time";
        };
    }

    /** As it is typed. */
    default String flag() {
        return switch (this) {
            case Once _ -> "--once";
            case ForRun _ -> "--run";
            case ForTime(Duration length) ->
                    "--for "
                            + (length.toSecondsPart() > 0
                                    ? length.toSeconds() + "s"
                                    : length.toMinutesPart() > 0
                                            ? length.toMinutes() + "m"
                                            : length.toHours() + "h");
        };
    }

    /** For a sentence. */
    default String shown() {
        return switch (this) {
            case Once _ -> "once";
            case ForRun _ -> "until the run ends";
            case ForTime _ -> "for " + flag().substring("--for ".length());
        };
    }

    /** How many seconds it lasts by the clock; 0 where it does not. */
    default long seconds() {
        return this instanceof ForTime(Duration length) ? length.toSeconds() : 0;
    }

    /**
     * Reads what records and requests say.
     *
     * @throws IllegalArgumentException if it says nothing that is known
     */
    static Terms of(String label, long seconds) {
        return switch (label) {
            case "once" -> new Once();
            case "run" -> new ForRun();
            case "time" -> new ForTime(Duration.ofSeconds(seconds));
            default ->
                    throw new IllegalArgumentException(
                            "terms are once, run or time, not '" + label + "'");
        };
    }
}
