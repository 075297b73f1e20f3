package rein.inspect.rule;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The rules that come with the product. */
public final class ShippedRules {
    private static final List<String> FILES =
            List.of("cloud", "code", "services", "generic", "personal", "markings");

    private ShippedRules() {}

    /** In the order of the files, each file's in its own. */
    public static List<Rule> all() {
        List<Rule> rules = new ArrayList<>();
        for (String file : FILES) {
            rules.addAll(RuleFile.read(file + ".yaml", text(file)));
        }
        return rules;
    }

    private static String text(String file) {
        String name = "/rein/inspect/rules/" + file + ".yaml";
        try (InputStream in = ShippedRules.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("this build has no " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + name, e);
        }
    }
}
