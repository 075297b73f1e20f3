package rein.policy.check;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rein.policy.syntax.Position;
import rein.policy.syntax.Problem;

/**
 * What is wrong with one policy. A place is named once: the same mistake shows again for every kind
 * of request that the policy can meet.
 */
final class Findings {
    private final String text;
    private final Map<Position, Problem> problems = new LinkedHashMap<>();

    /**
     * @param text the name of the policy text
     */
    Findings(String text) {
        this.text = text;
    }

    void add(Position at, String message, String help) {
        problems.putIfAbsent(at, new Problem(text, at, message, help));
    }

    boolean isEmpty() {
        return problems.isEmpty();
    }

    List<Problem> problems() {
        return List.copyOf(problems.values());
    }
}
