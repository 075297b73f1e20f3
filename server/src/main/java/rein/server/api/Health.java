package rein.server.api;

import java.util.List;
import java.util.Optional;

/**
 * Whether it works, and what does not.
 *
 * @param status running, or degraded with {@code problems}
 * @param openPeople registered persons; 1 means single-operator
 */
public record Health(
        String status, String version, String tenant, String node, String level, long pid, int runs, List<LogState> logs, boolean singleOperator, Optional<String> managementAddress, List<String> problems) {
    /** One log of this process. */
    public record LogState(String origin, long size, String key, int diskUsedPercent) {}
}
