/**
 * From the syntax tree to an answer. In reading order: {@link rein.policy.engine.PolicySet} finds
 * policies through {@code ScopeIndex} and fills an {@link rein.policy.engine.Answer}; a {@link
 * rein.policy.engine.CompiledPolicy} is made of {@code Node}s by {@code Compiler}, {@code Folding},
 * {@code AttributePath} and {@code EntityLookup}; {@link rein.policy.engine.Environment} is the
 * request while it is decided, {@code Lineage} an entity with its ancestors.
 */
@NullMarked
package rein.policy.engine;

import org.jspecify.annotations.NullMarked;
