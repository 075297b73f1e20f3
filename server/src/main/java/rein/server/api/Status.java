package rein.server.api;

import java.util.List;

/**
 * Whether it works, and what does not.
 *
 * @param level what this machine's self-test proved
 * @param database embedded or external, and whether it answers
 * @param singleOperator only one person is registered
 * @param witnessed whether checkpoints leave this machine; no in this version
 * @param problems each a sentence that says what to do; empty when all is well
 */
public record Status(
        String status,
        String version,
        String tenant,
        String node,
        String level,
        long pid,
        int runs,
        String database,
        boolean singleOperator,
        boolean witnessed,
        List<LogStatus> logs,
        List<String> problems) {
    /** One log of this process. */
    public record LogStatus(
            String origin, long size, long signed, String verifierKey, int diskUsedPercent) {}
}
