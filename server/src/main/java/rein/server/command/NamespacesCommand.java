package rein.server.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import rein.sandbox.UserNamespaces;

/** Says why no user namespace can be made; the launcher asks when it tried and failed. */
@Command(name = "namespaces", hidden = true, description = "Why no user namespace can be made.")
public final class NamespacesCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", description = "What unshare(1) said.")
    Optional<String> said = Optional.empty();

    @Override
    public Integer call() {
        String why = forbidden().orElseGet(() -> said.orElse("the kernel refused").strip() + ".");
        throw new CommandException(
                2,
                "an ordinary user cannot make a user namespace here, so the command was not run: "
                        + why);
    }

    /** The setting of this machine that forbids it, and the command that changes it. */
    public static Optional<String> forbidden() {
        Path launcher = Path.of(System.getProperty("rein.launcher", "rein")).toAbsolutePath();
        // Beside the launcher of a checkout; in an archive, which has it in bin/, one folder above.
        Path checkout = launcher.resolveSibling("docs").resolve("operate").resolve("apparmor-rein");
        Path archive = launcher.resolveSibling("..").resolve("apparmor-rein").normalize();
        Path profile = Files.exists(archive) ? archive : checkout;
        return new UserNamespaces(Path.of("/proc/sys"), profile).forbiddenBy();
    }
}
