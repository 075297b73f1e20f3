package rein.sandbox;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * By what a node holds its runs: what groups their processes, notices their end, kills them when
 * the node dies, and sees what they start. Safe for any thread.
 */
sealed interface Hold extends AutoCloseable permits CgroupHold, InitHold {
    /** The group of a run that begins. */
    Group create(Entry entry, UUID run, Limits limits);

    /** The file into which a process writes its id to be observed; empty where there is none. */
    String trace();

    /**
     * Begins to watch.
     *
     * @param ended called once, on a thread of its own, when no process of the run is left
     */
    void watch(Group group, Runnable ended);

    /** The first process, once it has been seen. */
    OptionalLong first(Group group);

    /** Lets go of a run that has ended. */
    void forget(Group group, UUID run);

    /** Whether a crash of the node at this moment would take its runs along. */
    boolean watched();

    long watcherPid();

    /** Whether a process belongs to a run of this node. */
    boolean isOfRun(long pid);

    /**
     * Leaves the runs to the watcher.
     *
     * @throws SandboxException {@code UNSUPPORTED} where it cannot keep them
     */
    Keeper keep(int seconds, Path file);

    ExecCounts execCounts();

    /** Why program starts are not observed on this machine; empty when they are. */
    Optional<String> observationMissing();

    @Override
    void close();
}
