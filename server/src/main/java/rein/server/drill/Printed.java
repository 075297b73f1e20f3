package rein.server.drill;

import java.util.List;
import java.util.Optional;

/** What a step's script printed. */
final class Printed {
    private static final String SUCCEEDED = "SUCCEEDED";

    private Printed() {}

    static boolean succeeded(String text) {
        return text.lines().anyMatch(SUCCEEDED::equals);
    }

    static Optional<Double> cpuSeconds(String text) {
        return text.lines()
                .filter(line -> line.matches("CPU [0-9]+\\.[0-9]+"))
                .map(line -> Double.valueOf(line.substring(4)))
                .findFirst();
    }

    /** The first line that the script itself printed. */
    static String firstOr(String text, String otherwise) {
        return text.lines()
                .filter(line -> !line.isBlank() && !line.equals(SUCCEEDED))
                .filter(line -> !line.startsWith("rein:"))
                .findFirst()
                .map(String::strip)
                .orElse(otherwise);
    }

    static String last(String text) {
        List<String> lines = text.lines().toList();
        return lines.isEmpty() ? "no output" : lines.getLast();
    }
}
