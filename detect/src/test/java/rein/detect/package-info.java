/** Detectors against sessions told record by record. */
@NullMarked
package rein.detect;

import org.jspecify.annotations.NullMarked;
