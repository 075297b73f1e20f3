/** Measures inspection, by hand. */
@NullMarked
package rein.bench.inspect;

import org.jspecify.annotations.NullMarked;
