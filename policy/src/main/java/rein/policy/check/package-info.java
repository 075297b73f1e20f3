/**
 * Whether policies keep to a schema: {@link rein.policy.check.Validator}. In reading order: {@code
 * NameCheck} (what a policy names exists), {@code HeadCheck} (some kind of request matches its
 * head), {@code TypeCheck} for each such kind, with {@code OperatorCheck}, {@code MembershipCheck},
 * {@code AttributeCheck} and {@code CallCheck}; {@code Typed} is what they tell of an expression,
 * {@code Fact} what a {@code has} has found out, {@code Findings} what is wrong.
 */
@NullMarked
package rein.policy.check;

import org.jspecify.annotations.NullMarked;
