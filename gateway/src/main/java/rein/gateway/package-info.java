/**
 * Where it passes: one pipeline, four doors. This package holds what every door shares; each door
 * has a package of its own ({@code egress} today).
 *
 * <p>In reading order: {@link rein.gateway.RunContext} (the run a door serves), {@link
 * rein.gateway.DecisionPoint} (who decides), {@link rein.gateway.RunLedger} (what the run has done
 * so far, decided on under one lock), {@link rein.gateway.RunGrants} (what people allowed it
 * meanwhile, and what {@link rein.gateway.Wanted} they could allow), {@link rein.gateway.Lift}
 * (whether a denial can be lifted), {@link rein.gateway.Refusals} (why a door itself refuses),
 * {@link rein.gateway.DenialText} (a denial in words), {@link rein.gateway.DenialFold} (repeated
 * denials are counted, not shouted), {@link rein.gateway.GatewayException}.
 */
@NullMarked
package rein.gateway;

import org.jspecify.annotations.NullMarked;
