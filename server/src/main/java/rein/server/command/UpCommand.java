package rein.server.command;

import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import rein.server.Configuration;
import rein.server.Rein;
import rein.server.World;
import rein.server.api.Status;
import rein.server.node.HandOver;

/** Control plane and node in one process, in the foreground; SIGTERM or Ctrl-C stops it cleanly. */
@Command(
        name = "up",
        description = "Run the control plane and a node on this machine.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: sudo rein up --data /var/lib/rein"})
final class UpCommand extends Subcommand implements Callable<Integer> {
    private static final int STOP_SECONDS_MAX = 30;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Configuration (default: rein.yaml in the data folder).")
    Optional<Path> config = Optional.empty();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Management API and console (default 7400).")
    Optional<Integer> port = Optional.empty();

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            description = "Where it listens (default 127.0.0.1).")
    Optional<String> address = Optional.empty();

    @Option(
            names = "--database-url",
            paramLabel = "URL",
            description = "jdbc:postgresql://… instead of the embedded one.")
    Optional<String> databaseUrl = Optional.empty();

    @Option(
            names = "--https-proxy",
            paramLabel = "URL",
            description =
                    "The proxy for TLS and other tunnels (default: HTTPS_PROXY). A password belongs into the file.")
    Optional<String> httpsProxy = Optional.empty();

    @Option(
            names = "--http-proxy",
            paramLabel = "URL",
            description = "The proxy for clear HTTP (default: HTTP_PROXY).")
    Optional<String> httpProxy = Optional.empty();

    @Option(
            names = "--no-proxy",
            paramLabel = "LIST",
            description = "What is dialed directly, as curl reads it (default: NO_PROXY).")
    Optional<String> noProxy = Optional.empty();

    @Option(
            names = "--extra-ca",
            paramLabel = "FILE",
            description = "Certificate authorities (PEM) that runs trust besides.")
    Optional<String> extraCa = Optional.empty();

    @Option(names = "--stop", description = "Stop the Rein of this data folder; its runs end.")
    boolean stop;

    @Option(
            names = "--restart",
            description =
                    "Take the place of the Rein of this data folder; its runs stand still meanwhile and go on here.")
    boolean restart;

    @Override
    public Integer call() throws InterruptedException {
        if (stop) {
            return stop();
        }
        if (restart && client().answers()) {
            int runs = DrainCommand.handOver(client(), HandOver.SECONDS_MAX).runs();
            err().println("rein: " + runs + " runs were handed over");
            err().flush();
        }
        SortedMap<String, String> flags = new TreeMap<>();
        port.ifPresent(value -> flags.put("management-port", value.toString()));
        address.ifPresent(value -> flags.put("management-address", value));
        databaseUrl.ifPresent(value -> flags.put("database-url", value));
        httpsProxy.ifPresent(value -> flags.put("https-proxy", value));
        httpProxy.ifPresent(value -> flags.put("http-proxy", value));
        noProxy.ifPresent(value -> flags.put("no-proxy", value));
        extraCa.ifPresent(value -> flags.put("extra-ca", value));
        Configuration configuration =
                Configuration.load(dataFolder(), config, Connection::environment, flags);
        var out = out();
        boolean terminal = onTerminal();
        Rein rein = Rein.start(configuration, World.real(), terminal);
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(rein::close));
        rein.firstWords().forEach(out::println);
        out.flush();
        rein.awaitEnd();
        out.println("Handed over; the runs stand still until the next node comes.");
        return 0;
    }

    /** Asks by SIGTERM, as a service manager would, and waits. */
    private int stop() throws InterruptedException {
        Status status = client().get("/v1/status", Status.class);
        Optional<ProcessHandle> process = ProcessHandle.of(status.pid());
        if (process.isEmpty() || !process.get().destroy()) {
            throw new CommandException(
                    2, "process " + status.pid() + " could not be asked to stop");
        }
        try {
            process.get().onExit().get(STOP_SECONDS_MAX, TimeUnit.SECONDS);
            out().println("Stopped.");
            return 0;
        } catch (ExecutionException | TimeoutException e) {
            throw new CommandException(
                    2,
                    "process "
                            + status.pid()
                            + " has not stopped after "
                            + STOP_SECONDS_MAX
                            + " s");
        }
    }
}
