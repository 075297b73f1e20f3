package rein.server.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A record for people, scripts and SIEMs; the leaf itself is under {@code address}.
 *
 * @param time RFC 3339
 * @param address {@code log@index}
 * @param resource {@code host:port} where it is a destination, else the Cedar id
 * @param foreseen what policies that do not count yet would have made of the decision
 * @param taints what the run had touched
 * @param approve what {@code rein approve} takes, where a person could lift this denial
 */
public record RecordView(
        String time,
        String kind,
        String address,
        String id,
        Optional<String> run,
        Optional<String> agent,
        Optional<String> owner,
        Optional<String> person,
        Map<String, String> labels,
        Optional<String> door,
        Optional<String> action,
        Optional<String> resource,
        Optional<String> decision,
        List<String> policies,
        List<String> reasons,
        List<Foreseen> foreseen,
        List<String> taints,
        Map<String, String> detail,
        Map<String, Long> sizes,
        Optional<String> cause,
        Optional<String> approve) {
    /**
     * Another outcome than the decision's.
     *
     * @param mode warn or shadow
     * @param decision allow, deny or require-approval
     * @param code why, for machines
     */
    public record Foreseen(String mode, String decision, List<String> policies, String code) {}
}
