package rein.vocabulary;

import java.util.List;
import java.util.UUID;

/**
 * What a detector asserts.
 *
 * @param rule stable id of the rule, for example {@code ssh-tunnel-attempt}
 * @param sentence one plain sentence, without the names of agent or run
 * @param suspends whether this alone suspends the run (DESIGN: only few do)
 * @param evidence ids of the records it rests on, oldest first
 */
public record Finding(
        UUID id,
        Run run,
        String rule,
        String sentence,
        Severity severity,
        boolean suspends,
        List<Technique> techniques,
        List<UUID> evidence) {
    public Finding {
        techniques = List.copyOf(techniques);
        evidence = List.copyOf(evidence);
    }
}
