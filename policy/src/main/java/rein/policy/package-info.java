/** May it? Cedar, parsed, compiled, decided, explained. */
@NullMarked
package rein.policy;

import org.jspecify.annotations.NullMarked;
