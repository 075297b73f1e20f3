/** Tests of the independent reader. */
@NullMarked
package rein.audit.verify;

import org.jspecify.annotations.NullMarked;
