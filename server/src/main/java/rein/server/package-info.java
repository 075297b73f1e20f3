/**
 * The composition root. Reading order: {@link rein.server.Main}, {@link rein.server.Configuration},
 * {@link rein.server.Rein} (control plane and node, wired by hand in one process). The node itself
 * is {@link rein.server.node}.
 */
@NullMarked
package rein.server;

import org.jspecify.annotations.NullMarked;
