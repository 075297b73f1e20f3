/**
 * The canonical layout of policy texts. In reading order: {@link rein.policy.format.PolicyFormat}
 * (what others use); {@code TokenLayout} and {@code ExpressionLayout} make a {@code Doc} of a
 * text's tokens, {@code DocPrinter} breaks it into lines.
 *
 * <p>INVARIANT: a formatted text has the tokens and comments of the text it was, in their order, so
 * that it means the same.
 */
@NullMarked
package rein.policy.format;

import org.jspecify.annotations.NullMarked;
