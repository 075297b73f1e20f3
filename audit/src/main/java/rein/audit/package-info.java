/** Can we prove it? append, checkpoint, verify. */
@NullMarked
package rein.audit;

import org.jspecify.annotations.NullMarked;
