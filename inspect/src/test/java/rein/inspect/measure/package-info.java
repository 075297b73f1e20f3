/** How well it finds: printed figures, with floors. */
@NullMarked
package rein.inspect.measure;

import org.jspecify.annotations.NullMarked;
