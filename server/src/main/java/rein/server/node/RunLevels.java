package rein.server.node;

import rein.server.http.ProblemException;
import rein.vocabulary.Level;

/** The levels as callers name them. */
final class RunLevels {
    private RunLevels() {}

    static Level of(String text) {
        for (Level each : Level.values()) {
            if (Node.label(each).equals(text)) {
                return each;
            }
        }
        throw new ProblemException(
                422,
                "bad-level",
                "--require is contained, gateway or observe, not '" + text + "'.");
    }
}
