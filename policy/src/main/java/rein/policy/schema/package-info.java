/**
 * What there is to speak of, and whether policies and requests keep to it. Knows syntax and values.
 *
 * <p>In reading order:
 *
 * <ul>
 *   <li>{@link rein.policy.schema.Schema} and its {@link rein.policy.schema.Type}s;
 *   <li>from text: {@code SchemaParser} (the readable syntax) and {@code JsonSchemaParser} to a
 *       {@link rein.policy.schema.SchemaTree}, {@code SchemaResolver} to a schema; back to text:
 *       {@code SchemaWriter}, {@code JsonSchemaWriter};
 *   <li>policies: {@link rein.policy.schema.Validator}, by {@code NameCheck}, {@code HeadCheck} and
 *       {@code TypeCheck} with its parts;
 *   <li>requests and entities: {@link rein.policy.schema.RequestReader}.
 * </ul>
 */
@NullMarked
package rein.policy.schema;

import org.jspecify.annotations.NullMarked;
