package rein.sandbox;

import java.util.List;
import rein.vocabulary.Run;

/**
 * What the next node needs to hold a run's sandbox as this one does. Everything else of it lies in
 * the kernel: groups with their limits, namespaces, mounts, packet rules with their counters.
 *
 * @param workdir without symbolic links
 * @param runId its uid and gid on the host
 * @param ofCaller whether that is an ordinary caller's own
 * @param first its first process
 * @param network which network namespace it lives in, as the kernel names it
 * @param guards what of its work folder it finds otherwise than it is
 * @param placeholders paths in the work folder that are held for it
 * @param ownFolder whether the work folder is the caller's own
 * @param starters how many of the programs that start a sandbox have been seen
 */
public record HandedSandbox(
        Run run,
        String workdir,
        int runId,
        boolean ofCaller,
        long first,
        String network,
        List<Guard> guards,
        List<String> placeholders,
        boolean ownFolder,
        int starters) {
    public HandedSandbox {
        guards = List.copyOf(guards);
        placeholders = List.copyOf(placeholders);
    }
}
