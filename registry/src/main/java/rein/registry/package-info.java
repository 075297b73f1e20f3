/** Who exists, who owns it, what it is for. */
@NullMarked
package rein.registry;

import org.jspecify.annotations.NullMarked;
