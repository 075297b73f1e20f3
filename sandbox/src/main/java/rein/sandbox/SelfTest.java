package rein.sandbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import rein.sandbox.SelfTestReport.Attempt;
import rein.vocabulary.Level;
import rein.vocabulary.Run;
import rein.vocabulary.Ticker;

/**
 * Starts a genuine sandbox the way every run is started and tries from inside what must not work.
 * What is claimed is thereby tried on this machine and kernel, at every start of a node.
 */
public final class SelfTest {
    /** It takes under a second; a machine on which it hangs reaches no level. */
    private static final Set<String> JVM_OPTIONS =
            Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    private static final int RUN_MILLIS_MAX = 20_000;

    private static final int PROCESSES = 64;
    private static final int OUTPUT_LINES_MAX = 200;

    /** RFC 5737 documentation address: nobody is there, so an answer can only be ours. */
    private static final InetSocketAddress NOWHERE = new InetSocketAddress("192.0.2.1", 9);

    private static final String TOKEN = "rein answered";

    private final SandboxHost host;
    private final Linux linux;
    private final Ticker ticker;
    private final List<String> launcher;

    /**
     * @param launcher a command that reads a plan from standard input and carries it out
     */
    public SelfTest(SandboxHost host, Linux linux, Ticker ticker, List<String> launcher) {
        this.host = host;
        this.linux = linux;
        this.ticker = ticker;
        this.launcher = List.copyOf(launcher);
    }

    /** This JVM's own program and class path, running {@link Launch}. */
    public static List<String> ownLauncher() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-XX:-MaxFDLimit",
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Launch.class.getName());
    }

    /**
     * Blocks for about a second. Anything that goes wrong is a failed attempt, never an exception.
     *
     * @param run the identity under which the test appears in records
     */
    public SelfTestReport run(Run run) {
        long start = ticker.nanos();
        List<Attempt> attempts = new ArrayList<>();
        try {
            Path workdir = Files.createTempDirectory("rein-self-test");
            try {
                attempts.addAll(tryIn(workdir, run));
            } finally {
                Files.delete(workdir);
            }
        } catch (SandboxException | IOException e) {
            attempts.add(new Attempt("start a sandbox", false, String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            attempts.add(new Attempt("start a sandbox", false, "interrupted"));
        }
        return new SelfTestReport(attempts, level(attempts), (ticker.nanos() - start) / 1_000);
    }

    private static Level level(List<Attempt> attempts) {
        if (attempts.stream().allMatch(Attempt::held)) {
            return Level.CONTAINED;
        }
        boolean door = attempts.stream().anyMatch(a -> a.name().equals(Probes.TCP) && a.held());
        return door ? Level.GATEWAY : Level.OBSERVE;
    }

    private List<Attempt> tryIn(Path workdir, Run run) throws IOException, InterruptedException {
        SandboxSpec spec =
                new SandboxSpec(
                        run,
                        workdir,
                        Probes.command(linux.architecture(), NOWHERE, TOKEN, PROCESSES),
                        new TreeMap<>(),
                        new Limits(2000, 512L << 20, PROCESSES, 16L << 20),
                        List.of(),
                        new TreeMap<>());
        Process process = start();
        try (Sandbox sandbox = prepare(spec, process)) {
            CompletableFuture<String> arrived = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> answer(sandbox, arrived));
            sandbox.admit();
            send(process, sandbox.plan());
            // Reading has no time limit of its own: at the limit everything is killed.
            var _ =
                    process.onExit()
                            .orTimeout(RUN_MILLIS_MAX, TimeUnit.MILLISECONDS)
                            .exceptionally(late -> {
                                process.destroyForcibly();
                                sandbox.kill();
                                return process;
                            });
            Map<String, Attempt> answers = read(process, sandbox);
            boolean ended = process.waitFor(RUN_MILLIS_MAX, TimeUnit.MILLISECONDS);
            process.destroyForcibly();
            SortedMap<String, Long> counters = sandbox.network().counters();
            List<Attempt> attempts = new ArrayList<>(answers.values());
            attempts.replaceAll(a -> a.name().equals(Probes.TCP) ? tcp(a, arrived) : a);
            attempts.replaceAll(a -> counted(a, counters));
            for (String name : Probes.NAMES) {
                if (!answers.containsKey(name)) {
                    attempts.add(new Attempt(name, false, "could not tell: no answer"));
                }
            }
            if (!ended) {
                attempts.add(new Attempt("end", false, "the sandbox did not end by itself"));
            }
            return attempts;
        }
    }

    /** The launcher waits for its plan. */
    private Process start() {
        ProcessBuilder builder =
                new ProcessBuilder(host.isRoots() ? launcher : UserEntrance.command(ownNetwork()))
                        .redirectErrorStream(true);
        // With these set a JVM says so on standard error, which would read as a failed attempt.
        builder.environment().keySet().removeAll(JVM_OPTIONS);
        return Tool.start(builder);
    }

    private List<String> ownNetwork() {
        List<String> words = new ArrayList<>(launcher);
        words.add(Launch.OWN_NETWORK);
        return words;
    }

    private Sandbox prepare(SandboxSpec spec, Process process) {
        try {
            return host.isRoots()
                    ? host.prepare(spec)
                    : host.prepare(spec, UserEntrance.launcher(linux, ticker, process));
        } catch (SandboxException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static void send(Process process, LaunchPlan plan) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(plan.toBytes());
        } catch (IOException e) {
            // It ended before it had read the plan: what it prints is the better message.
        }
    }

    private Map<String, Attempt> read(Process process, Sandbox sandbox) throws IOException {
        Map<String, Attempt> answers = new LinkedHashMap<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            int count = 0;
            for (String line = lines.readLine();
                    line != null && count < OUTPUT_LINES_MAX;
                    line = lines.readLine()) {
                count++;
                String[] parts = line.split("\t", 3);
                if (parts.length == 3) {
                    boolean held = parts[1].equals("held");
                    answers.put(parts[0], new Attempt(parts[0], held, parts[2]));
                } else if (!line.isBlank()) {
                    String start = "start a sandbox";
                    answers.merge(
                            start,
                            new Attempt(start, false, line),
                            (a, b) -> new Attempt(start, false, a.happened() + " " + b.happened()));
                }
                if (parts[0].equals(Probes.UID)) {
                    answers.put(Probes.UID, dedicatedUid(sandbox));
                }
            }
        }
        return answers;
    }

    /** Asked while the run is alive: what the host's kernel says of its processes. */
    private static Attempt dedicatedUid(Sandbox sandbox) {
        String wanted = "Uid:\t" + sandbox.runId() + "\t";
        boolean all =
                sandbox.processes().stream()
                        .map(pid -> KernelFile.read(Path.of("/proc", "" + pid, "status")))
                        .flatMap(Optional::stream)
                        .allMatch(status -> status.contains(wanted));
        return new Attempt(
                Probes.UID, all, "every process has uid " + sandbox.runId() + ": " + all);
    }

    private void answer(Sandbox sandbox, CompletableFuture<String> arrived) {
        try (SocketChannel channel = sandbox.network().tcp().accept()) {
            arrived.complete(
                    new OriginalDestination(linux)
                            .of(channel)
                            .map(to -> to.getAddress().getHostAddress() + ":" + to.getPort())
                            .orElse("no destination"));
            channel.write(ByteBuffer.wrap((TOKEN + "\n").getBytes(StandardCharsets.UTF_8)));
        } catch (IOException | SandboxException e) {
            arrived.complete("nothing: " + e.getMessage());
        }
    }

    private static Attempt tcp(Attempt inside, CompletableFuture<String> arrived) {
        String wanted = NOWHERE.getAddress().getHostAddress() + ":" + NOWHERE.getPort();
        String seen = arrived.getNow("nothing");
        boolean held = inside.held() && seen.equals(wanted);
        return new Attempt(inside.name(), held, "our listener saw a connection meant for " + seen);
    }

    /** UDP and IPv6 are refused by rules that count; what was not counted was not tried. */
    private static Attempt counted(Attempt attempt, SortedMap<String, Long> counters) {
        String counter =
                switch (attempt.name()) {
                    case Probes.UDP -> "udp";
                    case Probes.IPV6 -> "ipv6";
                    default -> "";
                };
        if (counter.isEmpty()) {
            return attempt;
        }
        long packets = counters.getOrDefault(counter, 0L);
        boolean held = attempt.held() && (packets > 0 || counter.equals("ipv6"));
        return new Attempt(
                attempt.name(), held, attempt.happened() + "; " + packets + " packets refused");
    }
}
