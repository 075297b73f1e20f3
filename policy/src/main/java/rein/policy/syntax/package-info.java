/**
 * Cedar's text and its syntax tree. Knows values, but no request.
 *
 * <p>In reading order:
 *
 * <ul>
 *   <li>the tree: {@link rein.policy.syntax.Policy}, {@link rein.policy.syntax.ScopeTest}, {@link
 *       rein.policy.syntax.Expression}, {@link rein.policy.syntax.Walk};
 *   <li>text to tree: {@link rein.policy.syntax.Lexer}, {@link rein.policy.syntax.Cursor}, {@link
 *       rein.policy.syntax.PolicyParser}, {@code ExpressionParser}, {@code OperandParser}, {@code
 *       Escapes}, within {@link rein.policy.syntax.Bounds};
 *   <li>what is wrong with a text: {@link rein.policy.syntax.PolicyException}, {@link
 *       rein.policy.syntax.Problem}, {@link rein.policy.syntax.Position}, {@link
 *       rein.policy.syntax.Spelling}.
 * </ul>
 */
@NullMarked
package rein.policy.syntax;

import org.jspecify.annotations.NullMarked;
