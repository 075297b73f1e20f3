/**
 * Cedar's text and its syntax tree. Knows values, but no request.
 *
 * <p>In reading order:
 *
 * <ul>
 *   <li>the tree: {@link rein.policy.syntax.Policy}, {@link rein.policy.syntax.ScopeTest}, {@link
 *       rein.policy.syntax.Expression}, {@link rein.policy.syntax.Walk};
 *   <li>templates: {@link rein.policy.syntax.Template}, {@link rein.policy.syntax.SlotTest}, {@link
 *       rein.policy.syntax.TemplateLink}, {@link rein.policy.syntax.Linking}; all that a text
 *       holds: {@link rein.policy.syntax.PolicyDocument};
 *   <li>text to tree: {@link rein.policy.syntax.Lexer}, {@link rein.policy.syntax.Cursor}, {@link
 *       rein.policy.syntax.PolicyParser}, {@code ExpressionParser}, {@code OperandParser}, {@code
 *       Escapes}, {@link rein.policy.syntax.Names}, within {@link rein.policy.syntax.Bounds};
 *   <li>tree to text: {@link rein.policy.syntax.Printer}, {@code ExpressionPrinter};
 *   <li>what is wrong with a text: {@link rein.policy.syntax.PolicyException}, {@link
 *       rein.policy.syntax.Problem}, {@link rein.policy.syntax.Position}, {@link
 *       rein.policy.syntax.Spelling}.
 * </ul>
 */
@NullMarked
package rein.policy.syntax;

import org.jspecify.annotations.NullMarked;
