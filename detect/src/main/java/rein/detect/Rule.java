package rein.detect;

import java.util.List;
import rein.vocabulary.Technique;

/**
 * What a detector can assert.
 *
 * @param id stable, lower-case-dashed
 * @param techniques of MITRE ATT&CK, MITRE ATLAS and the OWASP agentic list
 */
public record Rule(String id, List<Technique> techniques) {
    public Rule {
        techniques = List.copyOf(techniques);
    }

    static Rule of(String id, Technique... techniques) {
        return new Rule(id, List.of(techniques));
    }
}
