package rein.policy;

import rein.policy.schema.Schema;
import rein.policy.schema.Validator;
import rein.policy.syntax.PolicyException;

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

    private static Schema load() {
        try {
            return Schema.parse(NAME, text());
        } catch (PolicyException e) {
            throw new IllegalStateException("this build's own schema is broken", e);
        }
    }
}
