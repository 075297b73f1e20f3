package rein.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;
import picocli.CommandLine;
import rein.server.command.CommandException;
import rein.server.command.ReinCommand;
import rein.server.http.ProblemException;

/**
 * The one entry: a command, one clear line when it fails, and an exit code that scripts can use.
 */
public final class Main {
    private static final int COULD_NOT_TELL = 2;

    private Main() {}

    public static void main(String[] arguments) {
        quietLibraries();
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int code = execute(out, err, arguments);
        out.flush();
        err.flush();
        System.exit(code);
    }

    /** Libraries log to standard error, warnings and worse, one line each. */
    private static void quietLibraries() {
        try (InputStream settings = Main.class.getResourceAsStream("/logging.properties")) {
            if (settings != null) {
                LogManager.getLogManager().readConfiguration(settings);
            }
        } catch (IOException e) {
            // Without the settings the libraries say more than they need to; nothing else changes.
            return;
        }
    }

    static int execute(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = ReinCommand.line(arguments);
        line.setOut(out);
        line.setErr(err);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((wrong, _) -> {
            CommandLine of = wrong.getCommandLine();
            err.println(
                    "rein: "
                            + wrong.getMessage()
                            + " (see "
                            + of.getCommandSpec().qualifiedName()
                            + " --help)");
            return COULD_NOT_TELL;
        });
        line.setExecutionExceptionHandler((failure, _, _) -> {
            if (System.getenv("REIN_DEBUG") != null) {
                failure.printStackTrace(err);
            }
            err.println("rein: " + sentence(failure));
            if (failure instanceof CommandException command) {
                command.particulars().forEach(each -> err.println("  " + each));
            }
            return switch (failure) {
                case CommandException command -> command.exitCode();
                case ProblemException problem ->
                        problem.problem().status() >= 500 ? COULD_NOT_TELL : 1;
                default -> COULD_NOT_TELL;
            };
        });
        return line.execute(arguments);
    }

    private static String sentence(Exception failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }
}
