package rein.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * How a process becomes a run: what was made for it beforehand, what it must still do itself, and
 * when it is known to have done it. Close it when the run has ended.
 */
sealed interface Entry extends AutoCloseable
        permits DedicatedEntry, CallerEntry, InitEntry, AdoptedEntry {
    /** The uid and gid on the host. */
    int runId();

    /** The uid of a caller who is not root. */
    OptionalInt callerUid();

    RunNetwork network();

    LaunchPlan plan(SandboxSpec spec, Path workdir, List<Guard> guards, Group group, String trace);

    /** Called when all is ready and recorded, before the plan is handed out. */
    void admit(Sandbox sandbox);

    /** Whether a process is where it should be; from then on the run is running. */
    boolean entered(Sandbox sandbox);

    /** Says something on the run's standard error; false where this entry has no hold of it. */
    boolean say(byte[] text);

    /** The files into which a process writes its id to become part of the group. */
    static List<String> joins(Group group) {
        return switch (group) {
            case Cgroup cgroup -> cgroup.joins();
            case InitGroup _ -> List.of();
        };
    }

    @Override
    void close();
}
