package rein.server.node;

import java.util.Optional;
import rein.respond.LeaseKeeper;
import rein.respond.Stops;
import rein.server.http.ProblemException;
import rein.vocabulary.Decision;
import rein.vocabulary.Run;
import rein.vocabulary.StopOrder;

/** Whether a run may do anything at all: no stop order covers it and its lease holds. */
record RunStanding(Stops stops, LeaseKeeper leases) {
    /** A denial that is in force for the whole run. */
    Optional<Decision> of(Run run) {
        Optional<StopOrder> order = stops.standing(run);
        if (order.isPresent()) {
            return Optional.of(
                    Decision.deny(
                            "stopped",
                            "This run is stopped: " + order.get().reason() + ".",
                            "A person can resume it: rein resume " + order.get().id()));
        }
        return leases.valid(run.id())
                ? Optional.empty()
                : Optional.of(
                        Decision.deny(
                                "lease-lapsed",
                                "The node has not heard from the control plane in time.",
                                "Nothing to do here: the run goes on when the control plane is back."));
    }

    void refuseIfStopped(Run run) {
        stops.standing(run)
                .ifPresent(order -> {
                    throw new ProblemException(
                            403,
                            "stopped",
                            "Agent "
                                    + run.agent().name()
                                    + " is stopped ("
                                    + order.reason()
                                    + "); a person can resume it: rein resume "
                                    + order.id());
                });
    }
}
