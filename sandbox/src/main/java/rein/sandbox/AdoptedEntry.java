package rein.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;

/** The entry of a run that an earlier node began: its processes are where they should be. */
record AdoptedEntry(RunIds ids, int runId, OptionalInt callerUid, RunNetwork network)
        implements Entry {
    /** What was to start the run; it has started. */
    static final LaunchPlan SPENT =
            new LaunchPlan(
                    List.of(),
                    "",
                    "",
                    "",
                    "",
                    new TreeMap<>(),
                    new TreeMap<>(),
                    new TreeMap<>(),
                    new TreeMap<>(),
                    0,
                    "",
                    List.of());

    @Override
    public LaunchPlan plan(
            SandboxSpec spec, Path workdir, List<Guard> guards, Group group, String trace) {
        return SPENT;
    }

    @Override
    public void admit(Sandbox sandbox) {
        // It is in.
    }

    @Override
    public boolean entered(Sandbox sandbox) {
        return true;
    }

    /** INVARIANT: a file that an ordinary caller chose is not opened with the node's rights. */
    @Override
    public boolean say(byte[] text) {
        return callerUid.isPresent();
    }

    @Override
    public void close() {
        network.close();
        if (callerUid.isEmpty()) {
            ids.release(runId);
        }
    }
}
