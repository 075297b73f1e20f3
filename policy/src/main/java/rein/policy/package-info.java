/**
 * May it? Cedar, parsed, checked, compiled, decided, explained. No I/O, no clock; whoever asks gets
 * the same answer to the same question.
 *
 * <p>In reading order:
 *
 * <ul>
 *   <li>the answer: {@link rein.policy.CedarDecisionPoint}, {@code Explanation}, {@code Answer};
 *   <li>what comes with the product: {@link rein.policy.Packs} and the {@code .cedar} files beside
 *       it, {@code ReinSchema}; the permit that a grant is: {@link rein.policy.GrantText};
 *   <li>text to syntax: {@link rein.policy.Policies}, {@code Lexer}, {@code Cursor}, {@code
 *       PolicyParser}, {@code ExpressionParser}, {@code OperandParser}; {@code Policy}, {@code
 *       ScopeTest}, {@code Expression}; {@link rein.policy.Problem};
 *   <li>what could not be enforced is refused: {@code MeaningCheck}, {@code ConditionCheck};
 *   <li>syntax to nodes: {@code Compiler}, {@code Folding}, {@code AttributePath}, {@code
 *       EntityLookup}, {@code ExtensionFunction}; values are {@code Datum}s;
 *   <li>finding and evaluating: {@code CompiledSnapshot}, {@code PolicySet}, {@code ScopeIndex},
 *       {@code Environment}, {@code Lineage}.
 * </ul>
 *
 * <p>The language is that of Cedar 4.12 without templates. Conformance is tested against the
 * official corpus, which the tests find in the folder that the environment variable REIN_CORPORA
 * names, else in {@code ../shared/corpora} beside the project.
 */
@NullMarked
package rein.policy;

import org.jspecify.annotations.NullMarked;
