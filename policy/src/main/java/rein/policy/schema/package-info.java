/**
 * What there is to speak of, and whether requests keep to it. Knows syntax, values and JSON.
 *
 * <p>In reading order:
 *
 * <ul>
 *   <li>{@link rein.policy.schema.Schema} and its {@link rein.policy.schema.Type}s;
 *   <li>from text: {@code SchemaParser} (the readable syntax) and {@code JsonSchemaParser} to a
 *       {@link rein.policy.schema.SchemaTree}, {@code SchemaResolver} to a schema; from one syntax
 *       to the other: {@link rein.policy.schema.SchemaSyntax};
 *   <li>requests and entities: {@link rein.policy.schema.RequestReader} and {@link
 *       rein.policy.schema.EntityReader} from JSON, {@link rein.policy.schema.RequestCheck} for
 *       those put together in this process.
 * </ul>
 */
@NullMarked
package rein.policy.schema;

import org.jspecify.annotations.NullMarked;
