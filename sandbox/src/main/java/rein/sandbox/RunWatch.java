package rein.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Notices when a run starts and ends: one platform thread per node that waits in poll(2) for every
 * run's {@code cgroup.events} and for the end of its first process. When the first process has
 * ended, whatever it left behind is killed; when no process is left, the run has ended.
 */
final class RunWatch implements AutoCloseable {
    /** A state that the kernel did not announce is noticed after this long. */
    private static final int POLL_MILLIS_MAX = 1_000;

    private static final int EVENTS_BYTES_MAX = 256;

    private final Linux linux;
    private final int wake;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Cgroup, Watched> watched = new LinkedHashMap<>();
    private boolean closed;

    /** State of one run; touched by the watching thread only, but for {@code removed}. */
    private static final class Watched {
        final Cgroup cgroup;
        final Runnable ended;
        final int events;
        int pidfd = -1;
        long pid;
        boolean frozen;
        volatile boolean removed;

        Watched(Cgroup cgroup, Runnable ended, int events) {
            this.cgroup = cgroup;
            this.ended = ended;
            this.events = events;
        }
    }

    RunWatch(Linux linux) {
        this.linux = linux;
        this.wake = linux.eventfd();
        this.thread = Thread.ofPlatform().name("run-watch").daemon().start(this::watch);
    }

    /**
     * @param ended called once, on a thread of its own, when the run has started and no process is
     *     left
     */
    void add(Cgroup cgroup, Runnable ended) {
        int events = linux.open(cgroup.eventsFile().toString(), Linux.O_RDONLY);
        // Reading arms the descriptor: poll(2) reports changes since the last read.
        linux.readAt(events, new byte[EVENTS_BYTES_MAX], 0);
        lock.lock();
        try {
            watched.put(cgroup, new Watched(cgroup, ended, events));
        } finally {
            lock.unlock();
        }
        linux.wake(wake);
    }

    /**
     * As {@link #add}, for a run that has started under an earlier node.
     *
     * @param first its first process
     */
    void adopt(Cgroup cgroup, long first, Runnable ended) {
        int events = linux.open(cgroup.eventsFile().toString(), Linux.O_RDONLY);
        linux.readAt(events, new byte[EVENTS_BYTES_MAX], 0);
        Watched run = new Watched(cgroup, ended, events);
        run.pid = first;
        run.pidfd = Math.max(-1, linux.pidfdOpen(first));
        run.frozen = cgroup.frozen();
        lock.lock();
        try {
            watched.put(cgroup, run);
        } finally {
            lock.unlock();
        }
        linux.wake(wake);
        if (run.pidfd < 0 || !cgroup.processes().contains(first)) {
            // It ended while nobody watched: what it left behind ends too.
            cgroup.kill();
        }
        if (!cgroup.populated()) {
            end(run);
        }
    }

    void remove(Cgroup cgroup) {
        lock.lock();
        try {
            Watched run = watched.get(cgroup);
            if (run != null) {
                run.removed = true;
            }
        } finally {
            lock.unlock();
        }
        linux.wake(wake);
    }

    /** The first process, once it has been seen. */
    OptionalLong pid(Cgroup cgroup) {
        lock.lock();
        try {
            Watched run = watched.get(cgroup);
            return run == null || run.pid == 0 ? OptionalLong.empty() : OptionalLong.of(run.pid);
        } finally {
            lock.unlock();
        }
    }

    private void watch() {
        while (true) {
            List<Watched> runs = current();
            if (runs.isEmpty() && isClosed()) {
                linux.close(wake);
                return;
            }
            int[] fds = new int[1 + 2 * runs.size()];
            short[] events = new short[fds.length];
            fds[0] = wake;
            events[0] = Linux.POLLIN;
            for (int i = 0; i < runs.size(); i++) {
                fds[1 + 2 * i] = runs.get(i).events;
                events[1 + 2 * i] = Linux.POLLPRI;
                fds[2 + 2 * i] = runs.get(i).pidfd;
                events[2 + 2 * i] = Linux.POLLIN;
            }
            boolean[] ready = linux.poll(fds, events, POLL_MILLIS_MAX);
            if (ready[0]) {
                linux.read(wake, new byte[8]);
            }
            for (int i = 0; i < runs.size(); i++) {
                if (ready[2 + 2 * i]) {
                    firstProcessEnded(runs.get(i));
                }
                if (ready[1 + 2 * i]) {
                    changed(runs.get(i));
                }
            }
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Descriptors are closed by this thread alone, so that none is reused under poll(2). */
    private List<Watched> current() {
        lock.lock();
        try {
            List<Watched> current = new ArrayList<>();
            var all = watched.values().iterator();
            while (all.hasNext()) {
                Watched run = all.next();
                if (run.removed || closed) {
                    all.remove();
                    linux.close(run.events);
                    if (run.pidfd >= 0) {
                        linux.close(run.pidfd);
                    }
                } else {
                    current.add(run);
                }
            }
            return current;
        } finally {
            lock.unlock();
        }
    }

    private void firstProcessEnded(Watched run) {
        linux.close(run.pidfd);
        run.pidfd = -1;
        try {
            run.cgroup.kill();
        } catch (SandboxException e) {
            // The group is gone, and with it every process.
            run.removed = true;
        }
    }

    private void changed(Watched run) {
        byte[] buffer = new byte[EVENTS_BYTES_MAX];
        Optional<String> text;
        try {
            int count = linux.readAt(run.events, buffer, 0);
            text = Optional.of(new String(buffer, 0, count, StandardCharsets.US_ASCII));
        } catch (SandboxException e) {
            // ENODEV: the group was removed, which only happens when it is empty.
            end(run);
            return;
        }
        boolean frozen = KernelFile.number(text, "frozen") == 1;
        boolean freezing = frozen != run.frozen;
        run.frozen = frozen;
        if (KernelFile.number(text, "populated") == 1) {
            seen(run);
        } else if (run.pid != 0 || !freezing) {
            end(run);
        }
    }

    private void seen(Watched run) {
        if (run.pid != 0) {
            return;
        }
        List<Long> processes = run.cgroup.processes();
        for (long pid : processes) {
            long parent =
                    ProcessHandle.of(pid)
                            .flatMap(ProcessHandle::parent)
                            .map(ProcessHandle::pid)
                            .orElse(0L);
            if (!processes.contains(parent)) {
                lock.lock();
                try {
                    run.pid = pid;
                    run.pidfd = Math.max(-1, linux.pidfdOpen(pid));
                } finally {
                    lock.unlock();
                }
                return;
            }
        }
    }

    private static void end(Watched run) {
        if (!run.removed) {
            run.removed = true;
            Thread.ofVirtual().name("run-ended").start(run.ended);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        linux.wake(wake);
        try {
            thread.join(POLL_MILLIS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
