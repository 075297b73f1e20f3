/**
 * {@code rein drill rome}: the incident re-enacted on this machine, in namespaces of its own,
 * harmless by construction: every peer is ours, every address is a documentation or private one
 * that exists only in the lab. Reading order: {@link rein.server.drill.Lab} (the two namespaces),
 * {@link rein.server.drill.Outside} (who listens there), {@link rein.server.drill.RomeSteps} (what
 * is tried), {@link rein.server.drill.RomeDrill} (first without Rein, then with it), {@link
 * rein.server.drill.DrillReport}.
 */
@NullMarked
package rein.server.drill;

import org.jspecify.annotations.NullMarked;
