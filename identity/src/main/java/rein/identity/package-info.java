/** Who is calling: credentials, exchange, revocation. */
@NullMarked
package rein.identity;

import org.jspecify.annotations.NullMarked;
