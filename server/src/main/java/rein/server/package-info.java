/** Main, the API, the command line. */
@NullMarked
package rein.server;

import org.jspecify.annotations.NullMarked;
