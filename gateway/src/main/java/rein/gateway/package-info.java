/** Where it passes: one pipeline, four doors. */
@NullMarked
package rein.gateway;

import org.jspecify.annotations.NullMarked;
