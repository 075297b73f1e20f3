package rein.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The entry of a run that an earlier node let in: there is nothing left to do for it. Its mounts
 * hold whatever mapping they had; only its uid and its network are still the node's to give back.
 */
final class AdoptedEntry implements Entry {
    private final Linux linux;
    private final RunIds ids;
    private final HandedSandbox handed;
    private final RunNetwork network;

    AdoptedEntry(Linux linux, RunIds ids, HandedSandbox handed, RunNetwork network) {
        this.linux = linux;
        this.ids = ids;
        this.handed = handed;
        this.network = network;
    }

    @Override
    public int runId() {
        return handed.runId();
    }

    @Override
    public OptionalInt callerUid() {
        return handed.ordinary() ? OptionalInt.of(handed.runId()) : OptionalInt.empty();
    }

    @Override
    public RunNetwork network() {
        return network;
    }

    /** What was to start it; it has started. */
    @Override
    public LaunchPlan plan(SandboxSpec spec, Path workdir, Cgroup cgroup, String trace) {
        return spent();
    }

    static LaunchPlan spent() {
        return new LaunchPlan(
                List.of(),
                "",
                "",
                "",
                "",
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                "",
                List.of());
    }

    @Override
    public void admit(Sandbox sandbox) {
        // It is in.
    }

    @Override
    public boolean entered(Sandbox sandbox) {
        return true;
    }

    /** As for the first time: an ordinary caller's file is never opened anew by root. */
    @Override
    public boolean say(byte[] text) {
        if (!handed.ordinary()) {
            return false;
        }
        int pidfd = linux.pidfdOpen(handed.first());
        if (pidfd < 0) {
            return true;
        }
        try {
            int standardError = linux.takeDescriptor(pidfd, 2);
            try {
                linux.write(standardError, text);
            } finally {
                linux.close(standardError);
            }
        } finally {
            linux.close(pidfd);
        }
        return true;
    }

    @Override
    public void close() {
        network.close();
        if (!handed.ordinary()) {
            ids.release(handed.runId());
        }
    }
}
