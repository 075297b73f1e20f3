/**
 * May it? Cedar, parsed, checked, compiled, decided, explained. No I/O, no clock; whoever asks gets
 * the same answer to the same question.
 *
 * <p>In reading order:
 *
 * <ul>
 *   <li>the answer: {@link rein.policy.CedarDecisionPoint}, {@code Explanation}, {@code Answer};
 *   <li>what comes with the product: {@link rein.policy.Packs} and the {@code .cedar} files beside
 *       it; what a policy may speak of: {@link rein.policy.ReinSchema} and {@code
 *       rein.cedarschema}; the permit that a grant is: {@link rein.policy.GrantText};
 *   <li>from text to policies, or what is wrong with it: {@link rein.policy.Policies}; what could
 *       not be enforced is refused: {@code MeaningCheck};
 *   <li>what is kept compiled: {@code CompiledSnapshot}, {@code CompiledSet};
 *   <li>inside, each knowing only those before it: {@link rein.policy.value}, {@link
 *       rein.policy.syntax}, {@link rein.policy.json}, {@link rein.policy.format}, {@link
 *       rein.policy.engine}, {@link rein.policy.schema}, {@link rein.policy.check}; what costs more
 *       than it should: {@link rein.policy.PolicyLint};
 *   <li>what policies would do, and why they did: {@link rein.policy.review}.
 * </ul>
 *
 * <p>The language is that of Cedar 4.12. Conformance is tested against the official corpus, which
 * the tests find in the folder that the environment variable REIN_CORPORA names, else in {@code
 * ../shared/corpora} beside the project.
 */
@NullMarked
package rein.policy;

import org.jspecify.annotations.NullMarked;
