/**
 * The composition root. Reading order: {@link rein.server.Main}, {@link rein.server.Configuration},
 * {@link rein.server.ControlPlane} and {@link rein.server.Node} (the two roles, wired by hand),
 * {@link rein.server.Rein} (both in one process).
 */
@NullMarked
package rein.server;

import org.jspecify.annotations.NullMarked;
