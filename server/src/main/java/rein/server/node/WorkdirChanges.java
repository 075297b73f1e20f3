package rein.server.node;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import rein.sandbox.Sandbox;
import rein.sandbox.WorkdirScan;

/**
 * What a run left in its work folder that somebody runs later, outside: found by comparing it with
 * what was there when the run was prepared. Safe for any thread.
 */
final class WorkdirChanges {
    /** One short block on a terminal; the record has the same lines. */
    private static final int NAMED_MAX = 12;

    private final Predicate<String> wanted = BuildScripts.table();
    private final Map<UUID, BuildScripts> before = new ConcurrentHashMap<>();

    Predicate<String> wanted() {
        return wanted;
    }

    void begin(UUID run, Sandbox sandbox) {
        before.put(run, BuildScripts.of(sandbox.workdir(), sandbox.scan()));
    }

    /** As the folder is now: what changed under the node before is not known any more. */
    void adopt(UUID run, Sandbox sandbox) {
        before.put(run, BuildScripts.of(sandbox.workdir(), sandbox.scanNow(wanted)));
    }

    void forget(UUID run) {
        before.remove(run);
    }

    /**
     * Called when no process of the run is left, before its sandbox is closed. A folder that cannot
     * be looked through must not keep the run's end from being carried out.
     *
     * @return lines for people
     */
    List<String> end(LiveRun live) {
        Optional<BuildScripts> then = Optional.ofNullable(before.remove(live.run().id()));
        if (then.isEmpty() || live.phase() == LiveRun.Phase.PREPARED) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        try {
            Sandbox sandbox = live.sandbox();
            Path workdir = sandbox.workdir();
            WorkdirScan now = sandbox.scanNow(wanted);
            for (String held : sandbox.holdBack(now)) {
                lines.add("held back, since git outside would execute it: " + held);
            }
            BuildScripts scripts = BuildScripts.of(workdir, now);
            List<String> changed = then.get().changes(scripts);
            if (!changed.isEmpty()) {
                lines.add("changed, look before you run them: " + named(changed));
            }
            if (!then.get().complete() || !scripts.complete()) {
                lines.add(
                        "the work folder holds more than was looked through ("
                                + WorkdirScan.ENTRIES_MAX
                                + " entries, "
                                + BuildScripts.FILES_MAX
                                + " build files); what lies deeper was not compared");
            }
        } catch (RuntimeException e) {
            System.getLogger(WorkdirChanges.class.getName())
                    .log(System.Logger.Level.WARNING, "the work folder of " + live.run().id(), e);
            lines.add("the work folder could not be looked through: check it before you run git");
        }
        return lines;
    }

    private static String named(List<String> paths) {
        int more = paths.size() - NAMED_MAX;
        String first = String.join(", ", paths.subList(0, Math.min(paths.size(), NAMED_MAX)));
        return more > 0 ? first + " and " + more + " more" : first;
    }
}
