package rein.policy.syntax;

import java.util.List;

/**
 * What one text holds. Ids are unique among policies, templates and links together.
 *
 * @param policies those without slots, in the order of the text
 * @param links only Cedar's JSON format has a notation for them
 */
public record PolicyDocument(
        List<Policy> policies, List<Template> templates, List<TemplateLink> links) {
    public PolicyDocument {
        policies = List.copyOf(policies);
        templates = List.copyOf(templates);
        links = List.copyOf(links);
    }

    public int size() {
        return policies.size() + templates.size() + links.size();
    }
}
