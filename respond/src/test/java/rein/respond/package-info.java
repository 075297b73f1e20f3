/** Stops under every fault that can be made here, and what people read afterwards. */
@NullMarked
package rein.respond;

import org.jspecify.annotations.NullMarked;
