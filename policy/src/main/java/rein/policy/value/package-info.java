/**
 * Cedar's values and what can be done with one alone. In reading order: {@link
 * rein.policy.value.Datum}; extension types by {@link rein.policy.value.ExtensionText} (from their
 * text), {@link rein.policy.value.IpRange} and {@link rein.policy.value.ExtensionFunction}; {@link
 * rein.policy.value.Pattern}, the right side of {@code like}; {@link rein.policy.value.Quoting},
 * text as Cedar writes it.
 */
@NullMarked
package rein.policy.value;

import org.jspecify.annotations.NullMarked;
