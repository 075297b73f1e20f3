/** Tests of the audit log. */
@NullMarked
package rein.audit;

import org.jspecify.annotations.NullMarked;
