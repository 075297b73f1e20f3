/** What is in it? Finds secrets and personal data in bytes, whole or as they stream by. */
@NullMarked
package rein.inspect;

import org.jspecify.annotations.NullMarked;
