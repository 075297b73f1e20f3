/** What is done with what passes a door in the clear: the inspect stage, as a door needs it. */
@NullMarked
package rein.server.content;

import org.jspecify.annotations.NullMarked;
