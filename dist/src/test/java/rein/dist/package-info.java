@NullMarked
package rein.dist;

import org.jspecify.annotations.NullMarked;
