/** What does it mean? records to findings. */
@NullMarked
package rein.detect;

import org.jspecify.annotations.NullMarked;
