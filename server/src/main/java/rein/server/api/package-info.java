/**
 * The rows of the management API and what they say: records that the command line and the console
 * read too. One file a noun.
 */
@NullMarked
package rein.server.api;

import org.jspecify.annotations.NullMarked;
