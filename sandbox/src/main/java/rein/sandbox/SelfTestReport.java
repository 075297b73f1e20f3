package rein.sandbox;

import java.util.List;
import rein.vocabulary.Level;

/**
 * What a sandbox was tried with, and the level that this proves.
 *
 * @param elapsedMicros from the preparation to the last answer
 */
public record SelfTestReport(List<Attempt> attempts, Level level, long elapsedMicros) {
    /**
     * One forbidden thing that was really tried.
     *
     * @param held whether it was prevented
     * @param happened what happened, for people
     */
    public record Attempt(String name, boolean held, String happened) {}

    public SelfTestReport {
        attempts = List.copyOf(attempts);
    }

    public List<Attempt> failed() {
        return attempts.stream().filter(attempt -> !attempt.held()).toList();
    }
}
