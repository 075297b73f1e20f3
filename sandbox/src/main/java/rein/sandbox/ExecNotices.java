package rein.sandbox;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import rein.vocabulary.Ticker;

/**
 * Observes program starts without root, by seccomp's user notification (seccomp_unotify(2)): each
 * start waits in the kernel until this process has read it and says go on. One platform thread for
 * each run. When the node is gone the starts fail: nothing runs unseen. What is read belongs to the
 * process, whose other threads may change it meanwhile, so it is observation, not prevention.
 */
final class ExecNotices {
    private static final int POLL_MILLIS_MAX = 500;
    private static final int LOOK_MILLIS = 2;
    private static final int ARGUMENTS_MAX = 512;
    private static final int PATH_BYTES_MAX = 4096;
    private static final int CHUNK_BYTES = 256;

    private final Linux linux;
    private final Ticker ticker;
    private final Consumer<Exec> consumer;
    private final AtomicLong seen = new AtomicLong();
    private final AtomicLong withoutArgv = new AtomicLong();
    private final AtomicLong undelivered = new AtomicLong();

    ExecNotices(Linux linux, Ticker ticker, Consumer<Exec> consumer) {
        this.linux = linux;
        this.ticker = ticker;
        this.consumer = consumer;
    }

    ExecCounts counts() {
        return new ExecCounts(seen.get(), withoutArgv.get(), 0, 0, undelivered.get(), true);
    }

    Following following(UUID run, Path workdir) {
        return new Following(run, workdir);
    }

    /** One run's. */
    final class Following {
        private final UUID run;
        private final List<String> writable;
        private final List<String> starters = RootView.starters();
        private int past;

        private Following(UUID run, Path workdir) {
            this.run = run;
            this.writable = new ArrayList<>(RootView.SCRATCH);
            this.writable.add(workdir.toString());
        }

        void begin(CallerProcess caller, Sandbox sandbox) {
            Thread.ofPlatform().daemon().name("exec-notices").start(() -> follow(caller, sandbox));
        }

        /** The launcher installs the filter as its last act, and then waits for us. */
        private void follow(CallerProcess caller, Sandbox sandbox) {
            long deadline = ticker.nanos() + Entering.ENTRY_MILLIS_MAX * 1_000_000L;
            int listener = caller.tryTake(LauncherNetwork.NOTIFY_FD);
            while (listener < 0 && ticker.nanos() < deadline && !sandbox.isOver()) {
                linux.poll(new int[0], new short[0], LOOK_MILLIS);
                listener = caller.tryTake(LauncherNetwork.NOTIFY_FD);
            }
            if (listener < 0) {
                return;
            }
            try {
                SeccompNotice notice = new SeccompNotice(linux, listener);
                while (!sandbox.isOver() && !notice.over()) {
                    if (notice.await(POLL_MILLIS_MAX) && notice.receive()) {
                        observe(notice);
                        notice.goOn();
                    }
                }
            } finally {
                // INVARIANT: without a listener the kernel refuses what would be unseen.
                linux.close(listener);
            }
        }

        private void observe(SeccompNotice notice) {
            try {
                Optional<Exec> exec = exec(notice);
                if (exec.isPresent() && notice.valid()) {
                    seen.incrementAndGet();
                    if (exec.get().argv().isEmpty()) {
                        withoutArgv.incrementAndGet();
                    }
                    consumer.accept(exec.get());
                }
            } catch (RuntimeException e) {
                // One start that could not be taken must not end the run's others.
                undelivered.incrementAndGet();
            }
        }

        private Optional<Exec> exec(SeccompNotice notice) {
            long now = ticker.nanos();
            long pid = notice.pid();
            Path proc = Path.of("/proc", Long.toString(pid));
            Optional<String> named = Optional.empty();
            Optional<List<String>> argv = Optional.empty();
            try {
                int memory = linux.open(proc.resolve("mem").toString(), Linux.O_RDONLY);
                try {
                    named = Optional.of(text(memory, notice.path(), PATH_BYTES_MAX));
                    argv = Optional.of(argv(memory, notice.argv()));
                } finally {
                    linux.close(memory);
                }
            } catch (SandboxException e) {
                // Not readable: said on the record as not seen.
            }
            String file = named.orElse("");
            if (file.isEmpty() && notice.byDescriptor()) {
                file = "/dev/fd/" + notice.descriptor();
            }
            if (named.isPresent() && !exists(proc, file)) {
                // A shell tries every folder of its PATH; what is not there does not start.
                return Optional.empty();
            }
            return Optional.of(
                    new Exec(
                            run,
                            pid,
                            KernelFile.status(pid, "PPid").map(Long::valueOf).orElse(0L),
                            file,
                            argv,
                            fromWritable(file),
                            ours(file),
                            now,
                            ticker.nanos() - now));
        }

        private boolean exists(Path proc, String file) {
            return file.isEmpty()
                    || file.startsWith("/dev/fd/")
                    || Files.exists(
                            file.startsWith("/")
                                    ? Path.of(proc + "/root" + file)
                                    : proc.resolve("cwd").resolve(file));
        }

        private boolean fromWritable(String file) {
            return file.startsWith("/dev/fd/")
                    || file.startsWith("/proc/")
                    || !file.startsWith("/")
                    || ExecObserver.writable(file, writable);
        }

        private boolean ours(String file) {
            int index = starters.subList(past, starters.size()).indexOf(file);
            past = index < 0 ? starters.size() : past + index + 1;
            return index >= 0;
        }

        private List<String> argv(int memory, long address) {
            List<String> arguments = new ArrayList<>();
            int bytes = 0;
            while (arguments.size() < ARGUMENTS_MAX && bytes < Exec.ARGV_BYTES_MAX) {
                byte[] pointer = new byte[8];
                if (linux.readAt(memory, pointer, address + 8L * arguments.size()) < 8) {
                    break;
                }
                long at = SeccompNotice.number(pointer);
                if (at == 0) {
                    break;
                }
                String argument = text(memory, at, Exec.ARGV_BYTES_MAX - bytes);
                bytes += argument.length() + 1;
                arguments.add(argument);
            }
            return arguments;
        }

        private String text(int memory, long address, int bytesMax) {
            if (address == 0) {
                return "";
            }
            byte[] all = new byte[bytesMax];
            int length = 0;
            while (length < bytesMax) {
                byte[] chunk = new byte[Math.min(CHUNK_BYTES, bytesMax - length)];
                int count = linux.readAt(memory, chunk, address + length);
                for (int i = 0; i < count; i++) {
                    if (chunk[i] == 0) {
                        return new String(all, 0, length, StandardCharsets.UTF_8);
                    }
                    all[length] = chunk[i];
                    length++;
                }
                if (count <= 0) {
                    break;
                }
            }
            return new String(all, 0, length, StandardCharsets.UTF_8);
        }
    }
}
