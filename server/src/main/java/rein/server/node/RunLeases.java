package rein.server.node;

import java.util.UUID;
import rein.respond.LeaseActs;
import rein.respond.Stops;

/**
 * What follows when a run's lease changes: freeze, thaw unless a stop covers it, kill. The doors
 * deny by themselves.
 */
public record RunLeases(LiveRuns runs, Stops stops) implements LeaseActs {
    @Override
    public void lapsed(UUID run) {
        runs.live(run).ifPresent(live -> live.sandbox().freeze());
    }

    @Override
    public void restored(UUID run) {
        runs.live(run)
                .filter(live -> stops.standing(live.run()).isEmpty())
                .ifPresent(live -> live.sandbox().thaw());
    }

    @Override
    public void expired(UUID run) {
        runs.live(run).ifPresent(live -> live.sandbox().kill());
    }
}
