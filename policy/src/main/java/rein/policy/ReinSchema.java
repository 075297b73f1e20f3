package rein.policy;

import java.util.Optional;
import rein.policy.check.Validator;
import rein.policy.schema.RequestCheck;
import rein.policy.schema.RequestReader;
import rein.policy.schema.Schema;
import rein.policy.schema.SchemaSyntax;
import rein.policy.syntax.PolicyException;
import rein.vocabulary.Request;

/**
 * What a policy may speak of: the entity types, actions, attributes and context members that this
 * product sends with its requests, as the file {@code rein.cedarschema} beside this class says. A
 * policy that names anything else is refused, since it could never hold.
 */
public final class ReinSchema {
    private static final String NAME = "rein.cedarschema";
    private static final Schema SCHEMA = load();
    private static final Validator VALIDATOR = new Validator(SCHEMA, Validator.Names.DECLARED);

    private ReinSchema() {}

    /** For reading requests and entities, and for showing what there is. */
    public static Schema schema() {
        return SCHEMA;
    }

    static Validator validator() {
        return VALIDATOR;
    }

    /** The file as people read it. */
    public static String text() {
        return Packs.resource(NAME);
    }

    /** The same in Cedar's JSON syntax, for tools that read that. */
    public static String json() {
        try {
            return SchemaSyntax.toJson(NAME, text());
        } catch (PolicyException e) {
            throw new IllegalStateException("this build's own schema is broken", e);
        }
    }

    /**
     * Why no door would ever ask this, as a sentence without the full stop; empty when one could.
     */
    public static Optional<String> wrong(Request request) {
        return new RequestCheck(SCHEMA).wrong(request);
    }

    /**
     * A request that somebody wrote as JSON: plain texts become addresses and entities where the
     * schema says so.
     *
     * @param name of the text, for messages
     */
    public static RequestReader.Checked read(String name, String json) throws PolicyException {
        return new RequestReader(SCHEMA).read(name, json);
    }

    private static Schema load() {
        try {
            return Schema.parse(NAME, text());
        } catch (PolicyException e) {
            throw new IllegalStateException("this build's own schema is broken", e);
        }
    }
}
