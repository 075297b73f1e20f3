package rein.sandbox;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
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

    /** setpriv, bubblewrap and env. */
    private static final int STARTS_OF_OURS = 3;

    /** How runs look to the observer. */
    interface Runs {
        /** The run whose group this process is in. */
        Optional<UUID> ofProcess(long pid);

        /** Folders in which the run can write. */
        List<String> writable(UUID run);
    }

    private record Process(UUID run, long parent) {}

    private final Linux linux;
    private final Ticker ticker;
    private final TraceInstance instance;
    private final Runs runs;
    private final Consumer<Exec> consumer;
    private final int pipe;
    private final int wake;
    private final Thread thread;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicLong seen = new AtomicLong();
    private final AtomicLong withoutArgv = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong unattributed = new AtomicLong();

    // Touched by the reading thread only.
    private final Map<Long, Process> processes = new HashMap<>();
    private final Map<UUID, Integer> starts = new HashMap<>();
    private String rest = "";

    ExecObserver(
            Linux linux,
            Ticker ticker,
            TraceInstance instance,
            Runs runs,
            Consumer<Exec> consumer) {
        this.linux = linux;
        this.ticker = ticker;
        this.instance = instance;
        this.runs = runs;
        this.consumer = consumer;
        this.pipe = instance.pipe();
        this.wake = linux.eventfd();
        this.thread = Thread.ofPlatform().name("exec-observer").daemon().start(this::observe);
    }

    /** The file into which a launcher writes its process id. */
    String join() {
        return instance.join();
    }

    Counts counts() {
        return new Counts(seen.get(), withoutArgv.get(), lost.get(), unattributed.get());
    }

    private void observe() {
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
        }
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
            TraceEvent.parse(line).ifPresent(this::take);
            from = end + 1;
            end = all.indexOf('\n', from);
        }
        rest = all.substring(from);
    }

    private void take(TraceEvent event) {
        switch (event) {
            case TraceEvent.Started started -> started(started);
            case TraceEvent.Forked(long parent, long child) ->
                    run(parent).ifPresent(run -> remember(child, new Process(run, parent)));
            case TraceEvent.Exited(long pid) -> processes.remove(pid);
            case TraceEvent.Lost(long events) -> lost.addAndGet(events);
        }
    }

    private Optional<UUID> run(long pid) {
        Process known = processes.get(pid);
        if (known != null) {
            return Optional.of(known.run());
        }
        Optional<UUID> run = runs.ofProcess(pid);
        run.ifPresent(found -> remember(pid, new Process(found, 0)));
        return run;
    }

    private void remember(long pid, Process process) {
        if (processes.size() < PROCESSES_MAX) {
            processes.put(pid, process);
        }
    }

    private void started(TraceEvent.Started event) {
        long pid = event.pid();
        Optional<List<String>> argv = argv(pid);
        Optional<UUID> run = run(pid);
        if (run.isEmpty()) {
            unattributed.incrementAndGet();
            return;
        }
        seen.incrementAndGet();
        if (argv.isEmpty()) {
            withoutArgv.incrementAndGet();
        }
        Process known = processes.get(pid);
        consumer.accept(
                new Exec(
                        run.get(),
                        pid,
                        known == null ? 0 : known.parent(),
                        event.comm(),
                        event.file(),
                        argv,
                        fromWritable(run.get(), pid, event.file()),
                        starts.merge(run.get(), 1, Integer::sum) <= STARTS_OF_OURS,
                        event.bootNanos(),
                        ticker.nanos() - event.bootNanos()));
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
            } catch (java.io.IOException e) {
                return true;
            }
        }
        String normal = Path.of(path).normalize().toString();
        return runs.writable(run).stream().anyMatch(folder -> normal.startsWith(folder + "/"));
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

    /**
     * How complete the observation is so far.
     *
     * @param seen starts handed on; of them {@code withoutArgv} without arguments
     * @param lost events that the kernel dropped because the buffer was full
     * @param unattributed starts seen that could not be given to a run
     */
    public record Counts(long seen, long withoutArgv, long lost, long unattributed) {}
}
