/**
 * The way in: ports of a run that a person opened to this machine's own loopback. In reading order:
 * {@link rein.gateway.ingress.ExposedPorts}, {@link rein.gateway.ingress.RunPorts}, {@link
 * rein.gateway.ingress.ExposedPort}, {@link rein.gateway.ingress.InsideSockets}, InwardFlow.
 */
@NullMarked
package rein.gateway.ingress;

import org.jspecify.annotations.NullMarked;
