package rein.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import rein.vocabulary.Ticker;

/**
 * The control group of one run: every process of the run is in it, daemonised ones too, so that it
 * can be frozen, killed and counted as one. Freezing and killing always go through version 2;
 * limits through version 2 or the version 1 hierarchies, whichever has the controllers. Safe for
 * any thread.
 */
final class Cgroup implements Group {
    /** The kernel tells when the state changes; this bounds one wait in case it does not. */
    private static final int WAIT_MILLIS_MAX = 50;

    private static final int EVENTS_BYTES_MAX = 256;
    private static final int REMOVE_TRIES_MAX = 40;

    private final Linux linux;
    private final Ticker ticker;
    private final Path unified;
    private final List<Path> limited;

    /**
     * @param unified the run's folder in the version 2 hierarchy
     * @param limited its folders in version 1 hierarchies, if any
     */
    Cgroup(Linux linux, Ticker ticker, Path unified, List<Path> limited) {
        this.linux = linux;
        this.ticker = ticker;
        this.unified = unified;
        this.limited = List.copyOf(limited);
    }

    /** The files into which a process writes its id to become part of the run; killable first. */
    List<String> joins() {
        return java.util.stream.Stream.concat(java.util.stream.Stream.of(unified), limited.stream())
                .map(folder -> folder.resolve("cgroup.procs").toString())
                .toList();
    }

    /** The processes alive now. */
    @Override
    public List<Long> processes() {
        return KernelFile.read(unified.resolve("cgroup.procs")).stream()
                .flatMap(String::lines)
                .map(Long::valueOf)
                .toList();
    }

    /** Their threads, each by a number of its own. */
    List<Long> threads() {
        return KernelFile.read(unified.resolve("cgroup.threads")).stream()
                .flatMap(String::lines)
                .map(Long::valueOf)
                .toList();
    }

    boolean populated() {
        return KernelFile.number(events(), "populated") == 1;
    }

    boolean frozen() {
        return KernelFile.number(events(), "frozen") == 1;
    }

    private Optional<String> events() {
        return KernelFile.read(unified.resolve("cgroup.events"));
    }

    Path eventsFile() {
        return unified.resolve("cgroup.events");
    }

    /** Starts freezing or thawing; see {@link #awaitFrozen}. */
    @Override
    public void freeze(boolean frozen) {
        writeIfPresent("cgroup.freeze", frozen ? "1" : "0");
    }

    /** Whether all processes stand still before the deadline. */
    @Override
    public boolean awaitFrozen(long deadlineNanos) {
        return await("frozen", 1, deadlineNanos);
    }

    /** Sends SIGKILL to all, those that are being forked too (cgroup v2 cgroup.kill). */
    @Override
    public void kill() {
        writeIfPresent("cgroup.kill", "1");
    }

    /** A group that was removed has no process to act upon. */
    private void writeIfPresent(String file, String value) {
        try {
            if (Files.exists(unified)) {
                KernelFile.write(unified.resolve(file), value);
            }
        } catch (SandboxException gone) {
            if (!isBeingRemoved()) {
                throw gone;
            }
        }
    }

    /**
     * Whether somebody else removes it just now: its files answer with an error a moment before it
     * is gone.
     */
    private boolean isBeingRemoved() {
        for (int i = 0; i < REMOVE_TRIES_MAX; i++) {
            if (Files.notExists(unified)) {
                return true;
            }
            linux.poll(new int[0], new short[0], 5);
        }
        return false;
    }

    /** Whether no process is left before the deadline. */
    @Override
    public boolean awaitEmpty(long deadlineNanos) {
        return await("populated", 0, deadlineNanos);
    }

    /**
     * A group that is removed meanwhile, by whoever sees first that it is empty, has nobody left.
     */
    private boolean await(String key, long wanted, long deadlineNanos) {
        try {
            return Files.notExists(eventsFile()) || awaitThere(key, wanted, deadlineNanos);
        } catch (SandboxException gone) {
            if (isBeingRemoved()) {
                return true;
            }
            throw gone;
        }
    }

    private boolean awaitThere(String key, long wanted, long deadlineNanos) {
        int fd = linux.open(eventsFile().toString(), Linux.O_RDONLY);
        try {
            byte[] buffer = new byte[EVENTS_BYTES_MAX];
            while (true) {
                int count = linux.readAt(fd, buffer, 0);
                String text = new String(buffer, 0, count, StandardCharsets.US_ASCII);
                if (KernelFile.number(Optional.of(text), key) == wanted) {
                    return true;
                }
                long left = (deadlineNanos - ticker.nanos()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                linux.poll(
                        new int[] {fd},
                        new short[] {Linux.POLLPRI},
                        Math.min(left, WAIT_MILLIS_MAX));
            }
        } finally {
            linux.close(fd);
        }
    }

    @Override
    public Usage usage() {
        Optional<String> cpu = KernelFile.read(unified.resolve("cpu.stat"));
        long throttled = KernelFile.number(cpu, "nr_throttled");
        long memory = 0;
        for (Path folder : limited) {
            throttled +=
                    KernelFile.number(KernelFile.read(folder.resolve("cpu.stat")), "nr_throttled");
            memory += value(folder.resolve("memory.usage_in_bytes"));
        }
        return new Usage(
                KernelFile.number(cpu, "usage_usec"),
                KernelFile.number(cpu, "user_usec"),
                processes().size(),
                throttled,
                memory + value(unified.resolve("memory.current")));
    }

    private static long value(Path file) {
        return KernelFile.read(file).map(text -> Long.parseLong(text.strip())).orElse(0L);
    }

    /**
     * Removes the empty group; a version 1 folder may stay busy for a moment after the last exit.
     */
    @Override
    public boolean remove() {
        boolean gone = remove(unified);
        for (Path folder : limited) {
            gone &= remove(folder);
        }
        return gone;
    }

    /**
     * Removes what can be killed of the empty group: nobody can join any more. The rest is for
     * {@link #remove}, since a version 1 folder can keep a stop waiting.
     */
    @Override
    public boolean removeKillable() {
        return remove(unified);
    }

    private boolean remove(Path folder) {
        for (int i = 0; i < REMOVE_TRIES_MAX; i++) {
            try {
                Files.deleteIfExists(folder);
                return true;
            } catch (IOException e) {
                linux.poll(new int[0], new short[0], 5);
            }
        }
        return false;
    }
}
