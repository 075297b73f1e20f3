package rein.policy.syntax;

import java.util.Map;
import rein.vocabulary.EntityUid;

/**
 * One use of a template.
 *
 * @param template the template's id
 * @param newId the id of the policy that the link makes
 * @param values an entity for each slot of the template, and for no other
 */
public record TemplateLink(
        Position at, String template, String newId, Map<Slot, EntityUid> values) {
    public TemplateLink {
        values = Map.copyOf(values);
    }
}
