package rein.policy.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rein.policy.json.PolicyJson;
import rein.policy.syntax.Lexed;
import rein.policy.syntax.Lexer;
import rein.policy.syntax.Linking;
import rein.policy.syntax.Policy;
import rein.policy.syntax.PolicyDocument;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.PolicyParser;
import rein.policy.syntax.Printer;
import rein.policy.syntax.Template;

/** A policy text in its canonical layout, or in Cedar's other notation. */
public final class PolicyFormat {
    private PolicyFormat() {}

    /**
     * The text as Cedar, laid out: the same tokens, comments and annotations in at most {@value
     * DocPrinter#COLUMNS_MAX} columns where that is possible. Formatting the result again changes
     * nothing. Of a text in JSON the policies, the policies that its links make, and its templates
     * are written.
     *
     * @param name of the text, for problems
     * @throws PolicyException if the text does not parse; it is not changed then
     */
    public static String cedar(String name, String text) throws PolicyException {
        if (PolicyJson.isJson(text)) {
            return lay(name, Printer.document(withoutLinks(name, PolicyJson.parse(name, text))));
        }
        PolicyParser.parseDocument(name, text);
        return lay(name, text);
    }

    /**
     * The text, in either notation, as a policy set in Cedar's JSON format. That has no comments.
     *
     * @param name of the text, for problems
     */
    public static String json(String name, String text) throws PolicyException {
        return PolicyJson.write(
                PolicyJson.isJson(text)
                        ? PolicyJson.parse(name, text)
                        : PolicyParser.parseDocument(name, text));
    }

    private static String lay(String name, String text) throws PolicyException {
        Lexed lexed = Lexer.lex(name, text);
        String laid = DocPrinter.print(TokenLayout.of(lexed)).stripTrailing();
        return laid.isEmpty() ? "" : laid + "\n";
    }

    private static PolicyDocument withoutLinks(String name, PolicyDocument document)
            throws PolicyException {
        List<Policy> policies = new ArrayList<>();
        for (Policy policy : Linking.policies(name, document)) {
            policies.add(
                    new Policy(
                            policy.localId(),
                            policy.at(),
                            policy.effect(),
                            named(policy.localId(), policies.size(), policy.annotations()),
                            policy.principal(),
                            policy.action(),
                            policy.resource(),
                            policy.conditions()));
        }
        List<Template> templates = new ArrayList<>();
        for (Template template : document.templates()) {
            int index = policies.size() + templates.size();
            templates.add(
                    new Template(
                            template.localId(),
                            template.at(),
                            template.effect(),
                            named(template.localId(), index, template.annotations()),
                            template.principal(),
                            template.action(),
                            template.resource(),
                            template.conditions()));
        }
        return new PolicyDocument(policies, templates, List.of());
    }

    /** In Cedar text an id stands in an annotation, unless it is the one by place. */
    private static Map<String, String> named(
            String id, int index, Map<String, String> annotations) {
        if (id.equals(annotations.getOrDefault("id", "policy" + index))) {
            return annotations;
        }
        Map<String, String> named = new LinkedHashMap<>();
        named.put("id", id);
        annotations.forEach(named::putIfAbsent);
        return named;
    }
}
