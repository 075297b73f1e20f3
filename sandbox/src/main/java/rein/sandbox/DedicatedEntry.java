package rein.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * The entry of a caller who is root: the node makes everything, the launcher enters it and takes on
 * a uid that no other run has.
 */
final class DedicatedEntry implements Entry {
    private final Linux linux;
    private final RunIds ids;
    private final int runId;
    private final IdMapping mapping;
    private final RunNetwork network;

    private DedicatedEntry(
            Linux linux, RunIds ids, int runId, IdMapping mapping, RunNetwork network) {
        this.linux = linux;
        this.ids = ids;
        this.runId = runId;
        this.mapping = mapping;
        this.network = network;
    }

    static DedicatedEntry open(Linux linux, RunIds ids, Path workdir) {
        int runId = ids.take();
        try {
            IdMapping mapping = map(linux, workdir, runId);
            try {
                return new DedicatedEntry(linux, ids, runId, mapping, RunNetwork.open(linux));
            } catch (RuntimeException e) {
                mapping.close();
                throw e;
            }
        } catch (RuntimeException e) {
            ids.release(runId);
            throw e;
        }
    }

    private static IdMapping map(Linux linux, Path workdir, int runId) {
        try {
            int uid = (int) Files.getAttribute(workdir, "unix:uid");
            int gid = (int) Files.getAttribute(workdir, "unix:gid");
            return IdMapping.create(linux, uid, gid, runId);
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Code.SPEC,
                    "The owner of the work folder " + workdir + " cannot be read.",
                    e);
        }
    }

    @Override
    public int runId() {
        return runId;
    }

    @Override
    public OptionalInt callerUid() {
        return OptionalInt.empty();
    }

    @Override
    public RunNetwork network() {
        return network;
    }

    @Override
    public LaunchPlan plan(
            SandboxSpec spec, Path workdir, List<Guard> guards, Group group, String trace) {
        return RootView.plan(
                linux,
                spec,
                workdir,
                guards,
                runId,
                Entry.joins(group),
                trace,
                network.namespace().path(),
                mapping.path());
    }

    @Override
    public void admit(Sandbox sandbox) {
        // The launcher is root: it joins by itself.
    }

    @Override
    public boolean entered(Sandbox sandbox) {
        return sandbox.pid().isPresent();
    }

    @Override
    public boolean say(byte[] text) {
        return false;
    }

    @Override
    public void close() {
        network.close();
        mapping.close();
        ids.release(runId);
    }
}
