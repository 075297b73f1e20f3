package rein.policy.syntax;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import rein.policy.value.Quoting;
import rein.vocabulary.EntityUid;

/** From templates and links to policies. */
public final class Linking {
    /** What no template's slot is left with: the entity of a test that has none. */
    private static final EntityUid UNUSED = new EntityUid("Nobody", "");

    private Linking() {}

    /**
     * The policies of the document, then those that its links make, in their order.
     *
     * @param name of the text, for problems
     */
    public static List<Policy> policies(String name, PolicyDocument document)
            throws PolicyException {
        Map<String, Template> templates = new HashMap<>();
        Set<String> ids = new HashSet<>();
        document.policies().forEach(policy -> ids.add(policy.localId()));
        for (Template template : document.templates()) {
            templates.put(template.localId(), template);
            ids.add(template.localId());
        }
        List<Policy> policies = new ArrayList<>(document.policies());
        for (TemplateLink link : document.links()) {
            Template template = templates.get(link.template());
            if (template == null) {
                throw refused(
                        name,
                        link,
                        "there is no template " + Quoting.literal(link.template()),
                        Spelling.help(link.template(), templates.keySet()));
            }
            if (!ids.add(link.newId())) {
                throw refused(
                        name,
                        link,
                        "a second policy with the id " + Quoting.literal(link.newId()),
                        "ids are unique in a text");
            }
            policies.add(link(name, template, link));
        }
        return policies;
    }

    /** The template with its slots filled, under the link's id. */
    public static Policy link(String name, Template template, TemplateLink link)
            throws PolicyException {
        Set<Slot> missing = EnumSet.noneOf(Slot.class);
        missing.addAll(template.slots());
        missing.removeAll(link.values().keySet());
        Set<Slot> superfluous = EnumSet.noneOf(Slot.class);
        superfluous.addAll(link.values().keySet());
        superfluous.removeAll(template.slots());
        String of = " of the template " + Quoting.literal(template.localId());
        if (!missing.isEmpty()) {
            throw refused(
                    name, link, "no value for " + words(missing) + of, "name an entity for it");
        }
        if (!superfluous.isEmpty()) {
            throw refused(name, link, "there is no " + words(superfluous) + of, "leave it out");
        }
        return new Policy(
                link.newId(),
                template.at(),
                template.effect(),
                template.annotations(),
                template.principal().filled(link.values().getOrDefault(Slot.PRINCIPAL, UNUSED)),
                template.action(),
                template.resource().filled(link.values().getOrDefault(Slot.RESOURCE, UNUSED)),
                template.conditions());
    }

    private static String words(Set<Slot> slots) {
        return slots.stream().map(Slot::word).collect(Collectors.joining(" and "));
    }

    private static PolicyException refused(
            String name, TemplateLink link, String message, String help) {
        return new PolicyException(
                PolicyException.Code.MEANING,
                new Problem(
                        name,
                        link.at(),
                        "the link " + Quoting.literal(link.newId()) + " is refused: " + message,
                        help));
    }
}
