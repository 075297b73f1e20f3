package rein.server.command;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What most commands share: where the control plane is, and where they print. */
abstract class Subcommand {
    @Mixin private Connection connection = new Connection();

    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    @Spec
    private CommandSpec spec;

    final Connection connection() {
        return connection;
    }

    final ControlPlaneClient client() {
        return connection.client();
    }

    final Path dataFolder() {
        return connection.dataFolder();
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Whether a person sees what is printed; the console of a JVM without a terminal says no. */
    static boolean onTerminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }
}
