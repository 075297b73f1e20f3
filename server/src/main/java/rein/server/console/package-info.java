/**
 * What the web console needs of the server. Reading order: {@link rein.server.console.ConsoleDoor}
 * (which request is whose), {@link rein.server.console.ConsoleFiles} (the built console and the
 * headers that it is sent with), {@link rein.server.console.Sessions} (who is signed in), then the
 * rows that its screens ask for.
 */
@NullMarked
package rein.server.console;

import org.jspecify.annotations.NullMarked;
