/** One pass over bytes that says where it is worth looking. */
@NullMarked
package rein.inspect.gate;

import org.jspecify.annotations.NullMarked;
