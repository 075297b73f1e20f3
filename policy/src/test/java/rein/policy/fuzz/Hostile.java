package rein.policy.fuzz;

import rein.policy.Policies;
import rein.policy.format.PolicyFormat;
import rein.policy.json.PolicyJson;
import rein.policy.syntax.Linking;
import rein.policy.syntax.PolicyDocument;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.PolicyParser;
import rein.policy.syntax.Printer;
import rein.vocabulary.PolicyText;

/**
 * What is tried on any text. It is parsed, or refused with a problem; what is parsed can be
 * printed, formatted and written as JSON, and means the same after. Anything else is thrown.
 */
final class Hostile {
    private Hostile() {}

    /** Whether the text was accepted. */
    static boolean cedar(String text) {
        try {
            PolicyDocument parsed = PolicyParser.parseDocument("hostile", text);
            String json = PolicyJson.write(parsed);
            same(json, Printer.document(parsed));
            String laid = PolicyFormat.cedar("hostile", text);
            if (!PolicyJson.isJson(text)) {
                same(json, laid);
            }
            Policies.warnings(new PolicyText("hostile", new PolicyText.Scope.Fleet(), text));
            return true;
        } catch (PolicyException e) {
            expectOneLine(e);
            return false;
        }
    }

    /** The same for JSON. */
    static boolean json(String text) {
        try {
            PolicyDocument parsed = PolicyJson.parse("hostile", text);
            String json = PolicyJson.write(parsed);
            String again = PolicyJson.write(PolicyJson.parse("hostile", json));
            if (!again.equals(json)) {
                throw new AssertionError("JSON changed: " + json + "\n" + again);
            }
            Linking.policies("hostile", parsed);
            PolicyFormat.cedar("hostile", json);
            return true;
        } catch (PolicyException e) {
            expectOneLine(e);
            return false;
        }
    }

    /** Ids that no annotation carries are numbered anew, so they are compared by the policies. */
    private static void same(String json, String text) throws PolicyException {
        String again = PolicyJson.write(PolicyParser.parseDocument("hostile", text));
        if (!withoutIds(again).equals(withoutIds(json))) {
            throw new AssertionError("printed text means something else:\n" + text);
        }
    }

    private static String withoutIds(String json) {
        return json.replaceAll("\"policy\\d+\"", "\"\"");
    }

    private static void expectOneLine(PolicyException e) {
        if (e.problem().toString().contains("\n") || e.problem().at().line() < 1) {
            throw new AssertionError("not one line with a place: " + e.problem());
        }
    }
}
