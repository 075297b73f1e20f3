package rein.policy.schema;

import rein.policy.syntax.PolicyException;

/** From one syntax of schemas to the other. What is written means the same. */
public final class SchemaSyntax {
    private SchemaSyntax() {}

    /** A schema in the readable syntax, as JSON. Comments are lost. */
    public static String toJson(String name, String readable) throws PolicyException {
        SchemaTree tree = SchemaParser.parse(name, readable);
        SchemaResolver.resolve(tree);
        return JsonSchemaWriter.write(tree);
    }

    /** A schema in JSON, in the readable syntax. */
    public static String toReadable(String name, String json) throws PolicyException {
        SchemaTree tree = JsonSchemaParser.parse(name, json);
        SchemaResolver.resolve(tree);
        return new SchemaWriter(tree).write();
    }
}
