package rein.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import rein.vocabulary.Ticker;

/**
 * Observes every program start of every run on the node, through one trace instance and one
 * platform thread. File name, process and time come from the kernel and are complete but for
 * counted losses; arguments are read from /proc at once and are missing for processes that were
 * faster. The consumer runs on the reading thread: while it blocks, the kernel's buffer fills, and
 * what overflows is counted as lost.
 */
final class ExecObserver implements AutoCloseable {
    /** Processes alive at once over all runs; above it starts are attributed through /proc. */
    private static final int PROCESSES_MAX = 1 << 17;

    private static final int READ_BYTES = 1 << 16;
    private static final int POLL_MILLIS_MAX = 1_000;

    /** A name is at most PATH_MAX bytes; an event cut by line breaks is given up above that. */
    private static final int LINE_CHARS_MAX = 8192;

    /** Starts held back until the kernel's buffer is drained; above it they are handed on. */
    private static final int HELD_MAX = 1024;

    /** Runs remembered; only starts that are reported after a run's end are left in it. */
    private static final int RUNS_MAX = 1 << 16;

    /** How runs look to the observer. */
    interface Runs {
        /** The run whose group this process is in. */
        Optional<UUID> ofProcess(long pid);

        /** Folders in which the run can write. */
        List<String> writable(UUID run);
    }

    private record Member(UUID run, long parent) {}

    /** A start whose arguments were read, at that time, while a later start may be unread. */
    private record Held(Exec exec, long readNanos) {}

    private final Linux linux;
    private final Ticker ticker;
    private final TraceInstance instance;
    private final Runs runs;
    private final List<String> starters;
    private final Consumer<Exec> consumer;
    private final int pipe;
    private final int wake;
    private final Thread thread;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicLong seen = new AtomicLong();
    private final AtomicLong withoutArgv = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong unattributed = new AtomicLong();
    private final AtomicLong undelivered = new AtomicLong();

    // Touched by the reading thread only.
    private final Map<Long, Member> processes = new HashMap<>();
    private final LinkedHashMap<Long, Held> held = new LinkedHashMap<>();
    private String rest = "";

    /** Run → how many of the starters it is past. */
    private final Map<UUID, Integer> starts = new ConcurrentHashMap<>();

    ExecObserver(
            Linux linux,
            Ticker ticker,
            TraceInstance instance,
            Runs runs,
            List<String> starters,
            Consumer<Exec> consumer) {
        this.linux = linux;
        this.ticker = ticker;
        this.instance = instance;
        this.runs = runs;
        this.starters = starters;
        this.consumer = consumer;
        this.pipe = instance.pipe();
        this.wake = linux.eventfd();
        this.thread = Thread.ofPlatform().name("exec-observer").daemon().start(this::observe);
    }

    /** The file into which a launcher writes its process id. */
    String join() {
        return instance.join();
    }

    ExecCounts counts() {
        return new ExecCounts(
                seen.get(),
                withoutArgv.get(),
                lost.get(),
                unattributed.get(),
                undelivered.get(),
                thread.isAlive());
    }

    private void observe() {
        // Arguments can be read only while the process lives, often for less than a millisecond.
        linux.preferThisThread();
        byte[] buffer = new byte[READ_BYTES];
        int[] fds = {wake, pipe};
        short[] events = {Linux.POLLIN, Linux.POLLIN};
        while (!closed.get()) {
            linux.poll(fds, events, POLL_MILLIS_MAX);
            int count = linux.read(pipe, buffer);
            while (count > 0) {
                take(new String(buffer, 0, count, StandardCharsets.UTF_8));
                count = linux.read(pipe, buffer);
            }
            held.values().forEach(this::handOn);
            held.clear();
        }
        // What was there when the node decided to end is still observed.
        for (int count = linux.read(pipe, buffer); count > 0; count = linux.read(pipe, buffer)) {
            take(new String(buffer, 0, count, StandardCharsets.UTF_8));
        }
        held.values().forEach(this::handOn);
        held.clear();
    }

    private void take(String text) {
        String all = rest + text;
        int from = 0;
        int end = all.indexOf('\n');
        while (end >= 0) {
            String line = all.substring(from, end);
            if (TraceEvent.cutOff(line) && line.length() < LINE_CHARS_MAX) {
                // A name with a line break: the event goes on in the next line.
                end = all.indexOf('\n', end + 1);
                continue;
            }
            if (TraceEvent.cutOff(line)) {
                lost.incrementAndGet();
            } else {
                TraceEvent.parse(line).ifPresent(this::takeGuarded);
            }
            from = end + 1;
            end = all.indexOf('\n', from);
        }
        rest = all.substring(from);
    }

    /** INVARIANT: nothing that a run can do to one event ends the observation of all runs. */
    private void takeGuarded(TraceEvent event) {
        try {
            take(event);
        } catch (RuntimeException e) {
            undelivered.incrementAndGet();
        }
    }

    private void take(TraceEvent event) {
        switch (event) {
            case TraceEvent.Started started -> started(started);
            case TraceEvent.Forked(long parent, long child) ->
                    run(parent).ifPresent(run -> remember(child, new Member(run, parent)));
            case TraceEvent.Exited(long pid) -> processes.remove(pid);
            case TraceEvent.Lost(long events) -> lost.addAndGet(events);
        }
    }

    private Optional<UUID> run(long pid) {
        Member known = processes.get(pid);
        if (known != null) {
            return Optional.of(known.run());
        }
        Optional<UUID> run = runs.ofProcess(pid);
        run.ifPresent(found -> remember(pid, new Member(found, 0)));
        return run;
    }

    private void remember(long pid, Member process) {
        if (processes.size() < PROCESSES_MAX) {
            processes.put(pid, process);
        }
    }

    private void started(TraceEvent.Started event) {
        long pid = event.pid();
        Optional<List<String>> argv = argv(pid);
        long readNanos = ticker.nanos();
        Optional<UUID> run = run(pid);
        if (run.isEmpty()) {
            unattributed.incrementAndGet();
            return;
        }
        Member known = processes.get(pid);
        Exec exec =
                new Exec(
                        run.get(),
                        pid,
                        known == null ? 0 : known.parent(),
                        event.file(),
                        argv,
                        fromWritable(run.get(), pid, event.file()),
                        ours(run.get(), event.file()),
                        event.bootNanos(),
                        readNanos - event.bootNanos());
        Held before = held.remove(pid);
        if (before != null) {
            handOn(before.readNanos() > event.bootNanos() ? withoutArgv(before) : before);
        }
        held.put(pid, new Held(exec, readNanos));
        if (held.size() > HELD_MAX) {
            handOn(held.pollFirstEntry().getValue());
        }
    }

    /** The process had started its next program already: the arguments read were that one's. */
    private static Held withoutArgv(Held before) {
        Exec exec = before.exec();
        return new Held(
                new Exec(
                        exec.run(),
                        exec.pid(),
                        exec.parent(),
                        exec.file(),
                        Optional.empty(),
                        exec.fromWritable(),
                        exec.ours(),
                        exec.bootNanos(),
                        exec.lagNanos()),
                before.readNanos());
    }

    private void handOn(Held start) {
        seen.incrementAndGet();
        if (start.exec().argv().isEmpty()) {
            withoutArgv.incrementAndGet();
        }
        try {
            consumer.accept(start.exec());
        } catch (RuntimeException e) {
            // One start that could not be recorded must not end the observation of all others.
            undelivered.incrementAndGet();
        }
    }

    /** The starters run before the command and in order, so nothing after them can pass for one. */
    private boolean ours(UUID run, String file) {
        if (starts.size() >= RUNS_MAX) {
            starts.clear();
        }
        int past = starts.getOrDefault(run, 0);
        int index = starters.subList(past, starters.size()).indexOf(file);
        starts.put(run, index < 0 ? starters.size() : past + index + 1);
        return index >= 0;
    }

    /** How many of the starters a run is past. */
    int past(UUID run) {
        return starts.getOrDefault(run, 0);
    }

    /**
     * Observes a run that has started under an earlier node. It stands still meanwhile, or a thread
     * that is made at this moment may be missed.
     *
     * @param past as {@link #past} said it
     * @param threads all of its threads
     */
    void adopt(UUID run, int past, List<Long> threads) {
        starts.put(run, Math.max(0, Math.min(past, starters.size())));
        if (!threads.isEmpty()) {
            String numbers = threads.stream().map(String::valueOf).collect(Collectors.joining(" "));
            KernelFile.write(Path.of(join()), numbers);
        }
    }

    /** Lets go of what is remembered of a run that has ended. */
    void forget(UUID run) {
        starts.remove(run);
    }

    private static Optional<List<String>> argv(long pid) {
        return KernelFile.readBytes(
                        Path.of("/proc", Long.toString(pid), "cmdline"), Exec.ARGV_BYTES_MAX)
                .filter(bytes -> bytes.length > 0)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .map(text -> Arrays.asList(text.split("\0", -1)))
                .map(list -> list.getLast().isEmpty() ? list.subList(0, list.size() - 1) : list);
    }

    /**
     * Judged by the file name; one that is relative by where the kernel says the program lies, and
     * if that is gone too, as writable: the work folder is the usual place to be.
     */
    private boolean fromWritable(UUID run, long pid, String file) {
        if (file.startsWith("/dev/fd/") || file.startsWith("/proc/")) {
            return true;
        }
        String path = file;
        if (!file.startsWith("/")) {
            try {
                path = Files.readSymbolicLink(Path.of("/proc", "" + pid, "exe")).toString();
            } catch (IOException e) {
                return true;
            }
        }
        return writable(path, runs.writable(run));
    }

    /** A name that this process's locale cannot express is no system program's. */
    static boolean writable(String path, List<String> folders) {
        try {
            String normal = Path.of(path).normalize().toString();
            return folders.stream().anyMatch(folder -> normal.startsWith(folder + "/"));
        } catch (InvalidPathException e) {
            return true;
        }
    }

    /** Ends the thread, removes the instance. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        linux.wake(wake);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        linux.close(pipe);
        linux.close(wake);
        instance.close();
    }
}
