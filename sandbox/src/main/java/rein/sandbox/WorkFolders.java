package rein.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * The work folders of a node's runs: what in each is guarded and what stands in it for the time of
 * a run. Safe for any thread.
 */
final class WorkFolders {
    private final Linux linux;
    private final Placeholders placeholders;

    /**
     * INVARIANT: what one run found of another's is held for it before that other takes it away.
     */
    private final ReentrantLock lock = new ReentrantLock();

    WorkFolders(Linux linux, Placeholders placeholders) {
        this.linux = linux;
        this.placeholders = placeholders;
    }

    /**
     * Makes a folder ready for a run: {@link #release} it when the run has ended.
     *
     * <p>INVARIANT: in a folder that is not the caller's own the node, which is root, makes nothing
     * and looks at nothing: it must not do for a caller what that caller could not.
     *
     * @param caller the uid of a caller who is not root
     */
    Sandbox.Held hold(Path workdir, Predicate<String> wanted, OptionalInt caller) {
        int uid = owner(workdir, "unix:uid");
        boolean own = own(workdir, caller);
        WorkdirScan scan = own ? WorkdirScan.of(workdir, wanted) : WorkdirScan.none();
        lock.lock();
        try {
            Guards guards = Guards.of(linux, workdir, scan, own);
            List<Guards.Placeholder> held =
                    placeholders.hold(
                            workdir,
                            uid,
                            owner(workdir, "unix:gid"),
                            guards.placeholders(),
                            guards::impossible);
            return new Sandbox.Held(scan, guards.list(), held, own);
        } finally {
            lock.unlock();
        }
    }

    /**
     * What an earlier node made ready for a run that this one adopts.
     *
     * <p>INVARIANT: not found anew. What the run has made meanwhile is not guarded in it, and must
     * be held back at its end.
     */
    Sandbox.Held adopt(HandedSandbox handed) {
        return new Sandbox.Held(
                WorkdirScan.none(),
                handed.guards(),
                placeholders.adopt(Path.of(handed.workdir()), handed.placeholders()),
                handed.ownFolder());
    }

    /** All runs that go on have been adopted. */
    void settle() {
        placeholders.settle();
    }

    void release(Path workdir, Sandbox.Held held) {
        lock.lock();
        try {
            placeholders.release(workdir, held.placeholders());
        } finally {
            lock.unlock();
        }
    }

    /** What would be guarded; nothing is made. */
    List<Shown> explain(Path workdir, OptionalInt caller) {
        boolean own = own(workdir, caller);
        WorkdirScan scan = own ? WorkdirScan.of(workdir, path -> false) : WorkdirScan.none();
        List<Shown> all = new ArrayList<>();
        for (Guard guard : Guards.of(linux, workdir, scan, own).list()) {
            String mode = guard.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
            all.add(new Shown(workdir.resolve(guard.path()).toString(), mode, guard.why()));
        }
        return all;
    }

    private static boolean own(Path workdir, OptionalInt caller) {
        return caller.isEmpty() || caller.getAsInt() == owner(workdir, "unix:uid");
    }

    private static int owner(Path workdir, String attribute) {
        try {
            return (int) Files.getAttribute(workdir, attribute);
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Code.SPEC,
                    "The owner of the work folder " + workdir + " cannot be read.",
                    e);
        }
    }
}
