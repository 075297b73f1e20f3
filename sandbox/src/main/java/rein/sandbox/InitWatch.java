package rein.sandbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** Notices the end of inits: one platform thread per node that waits in poll(2) for all of them. */
final class InitWatch implements AutoCloseable {
    /** Bounds one wait; the kernel announces each end. */
    private static final int POLL_MILLIS_MAX = 1_000;

    private final Linux linux;
    private final int wake;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<InitGroup, Runnable> watched = new LinkedHashMap<>();
    private boolean closed;

    InitWatch(Linux linux) {
        this.linux = linux;
        this.wake = linux.eventfd();
        this.thread = Thread.ofPlatform().name("init-watch").daemon().start(this::watch);
    }

    void add(InitGroup group, Runnable ended) {
        change(() -> watched.put(group, ended));
    }

    /** From then on the caller may close the group's descriptor. */
    void remove(InitGroup group) {
        change(() -> watched.remove(group));
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
        linux.wake(wake);
    }

    private void watch() {
        while (true) {
            List<InitGroup> groups;
            lock.lock();
            try {
                if (closed) {
                    linux.close(wake);
                    return;
                }
                groups = new ArrayList<>(watched.keySet());
            } finally {
                lock.unlock();
            }
            int[] fds = new int[groups.size() + 1];
            short[] events = new short[fds.length];
            fds[0] = wake;
            events[0] = Linux.POLLIN;
            for (int i = 0; i < groups.size(); i++) {
                fds[i + 1] = groups.get(i).pidfd();
                events[i + 1] = Linux.POLLIN;
            }
            boolean[] ready = linux.poll(fds, events, POLL_MILLIS_MAX);
            if (ready[0]) {
                linux.read(wake, new byte[8]);
            }
            for (int i = 0; i < groups.size(); i++) {
                if (ready[i + 1]) {
                    ended(groups.get(i));
                }
            }
        }
    }

    private void ended(InitGroup group) {
        Runnable ended;
        lock.lock();
        try {
            ended = watched.getOrDefault(group, () -> {});
            watched.remove(group);
        } finally {
            lock.unlock();
        }
        Thread.ofVirtual().name("run-ended").start(ended);
    }

    @Override
    public void close() {
        change(() -> closed = true);
        try {
            thread.join(POLL_MILLIS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
