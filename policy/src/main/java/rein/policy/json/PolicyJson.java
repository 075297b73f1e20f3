package rein.policy.json;

import rein.policy.syntax.PolicyDocument;
import rein.policy.syntax.PolicyException;

/**
 * Cedar's JSON policy format: {@code {"staticPolicies": …, "templates": …, "templateLinks": …}}, or
 * one policy alone, which gets the id {@code policy0} like the first one of a text.
 *
 * <p>Positions are those of the JSON text.
 */
public final class PolicyJson {
    private PolicyJson() {}

    /** Whether a text is meant to be JSON: no Cedar text begins with a brace. */
    public static boolean isJson(String text) {
        return text.stripLeading().startsWith("{");
    }

    /**
     * The policies, templates and links of a JSON text; the links are not resolved.
     *
     * @param name of the text, for problems
     */
    public static PolicyDocument parse(String name, String text) throws PolicyException {
        return new PolicyReader(new Expected(name)).read(JsonText.parse(name, text));
    }

    /** A policy set in JSON, indented. What {@link #parse} makes of it means the same. */
    public static String write(PolicyDocument document) {
        return PolicyWriter.write(document);
    }
}
