package rein.server.command;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import rein.server.Configuration;
import rein.server.LocalUser;
import rein.server.MachineSocket;

/** The options that say where the control plane is. */
final class Connection {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Data folder of the Rein on this machine (default: REIN_HOME, else ~/.rein).")
    Optional<Path> data = Optional.empty();

    @Option(
            names = "--server",
            paramLabel = "URL",
            description =
                    "Control plane elsewhere, for example http://host:7400 (default: REIN_SERVER).")
    Optional<String> server = Optional.empty();

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "Person's token for --server (default: REIN_TOKEN).")
    Optional<String> token = Optional.empty();

    Path dataFolder() {
        return data.map(Path::toAbsolutePath)
                .map(Path::normalize)
                .orElseGet(() -> Configuration.defaultDataFolder(Connection::environment));
    }

    /**
     * The socket of the node: in the data folder, or where root's node offers it to others. When
     * nothing says which node, a node of root's on this machine comes first: it holds runs better.
     */
    Path socket() {
        Path own = dataFolder().resolve("run").resolve("rein.sock");
        List<Path> candidates = new ArrayList<>();
        if (!LocalUser.isRoot() && data.isEmpty() && environment("REIN_HOME").isEmpty()) {
            candidates.addAll(MachineSocket.usual());
        }
        candidates.add(own);
        candidates.add(MachineSocket.of(dataFolder()));
        List<Path> there = candidates.stream().filter(Files::exists).toList();
        return there.stream()
                .filter(socket -> there.size() == 1 || local(socket).answers())
                .findFirst()
                .orElse(own);
    }

    /** Whether that node is root's, which makes a run's network itself. */
    boolean isMachines() {
        return MachineSocket.is(socket());
    }

    ControlPlaneClient client() {
        return url().map(url ->
                        remote(
                                url,
                                token.or(() -> environment("REIN_TOKEN"))
                                        .orElseThrow(() ->
                                                new CommandException(
                                                        2,
                                                        "--server needs --token or REIN_TOKEN:"
                                                                + " rein token create makes one"))))
                .orElseGet(this::local);
    }

    /** For the few things that need no token. */
    ControlPlaneClient anonymous() {
        return url().map(url -> remote(url, "")).orElseGet(this::local);
    }

    private Optional<String> url() {
        return server.or(() -> environment("REIN_SERVER"));
    }

    private ControlPlaneClient local() {
        return local(socket());
    }

    private static ControlPlaneClient local(Path socket) {
        return new ControlPlaneClient(new ControlPlaneClient.Where.Local(socket));
    }

    private static ControlPlaneClient remote(String url, String secret) {
        if (!url.matches("http://[^/\\s]+/?")) {
            throw new CommandException(2, "--server is http://host:port, not '" + url + "'");
        }
        return new ControlPlaneClient(new ControlPlaneClient.Where.Remote(URI.create(url), secret));
    }

    static Optional<String> environment(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
    }
}
