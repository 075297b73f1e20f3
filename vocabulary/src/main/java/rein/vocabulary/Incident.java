package rein.vocabulary;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Findings of one run joined into one story.
 *
 * @param sentence names agent, owner, run and labels, and says what happened and what was done
 */
public record Incident(
        UUID id,
        Run run,
        String sentence,
        Severity severity,
        Instant opened,
        List<Finding> findings) {
    public Incident {
        findings = List.copyOf(findings);
    }
}
