/**
 * From the syntax tree to an answer.
 *
 * <p>In reading order:
 *
 * <ul>
 *   <li>what is asked and answered: {@link rein.policy.engine.PolicySet}, {@link
 *       rein.policy.engine.Environment} (one request while it is decided, with its {@code Slice} of
 *       entities and their {@code Lineage}s), {@link rein.policy.engine.Answer};
 *   <li>which policies are looked at: {@code Candidates}, {@code ScopeIndex};
 *   <li>how one is evaluated: {@link rein.policy.engine.CompiledPolicy}, {@code Rule}, {@code
 *       Node};
 *   <li>how it is compiled: {@code Compiler}, {@code Comparing}, {@code Folding}, {@code
 *       AttributePath}, {@code EntityLookup}.
 * </ul>
 */
@NullMarked
package rein.policy.engine;

import org.jspecify.annotations.NullMarked;
