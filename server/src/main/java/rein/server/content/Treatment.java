package rein.server.content;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What happens to finds of a family, as the configuration says. */
public enum Treatment {
    /** Not looked for. */
    OFF,
    /** Recorded, and the run has touched it. */
    NOTE,
    /** Besides, replaced in what a run sends. */
    REDACT;

    /**
     * As the configuration writes it.
     *
     * @throws IllegalArgumentException in a sentence
     */
    public static Treatment parse(String text) {
        return Arrays.stream(values())
                .filter(each -> each.label().equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "it is one of "
                                        + Arrays.stream(values())
                                                .map(Treatment::label)
                                                .collect(Collectors.joining(", "))
                                        + ", not '"
                                        + text
                                        + "'"));
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
