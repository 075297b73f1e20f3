/** What do we do? incidents, stop orders, receipts. */
@NullMarked
package rein.respond;

import org.jspecify.annotations.NullMarked;
