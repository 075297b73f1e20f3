package rein.server.command;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * {@code rein}: the list of commands. Exit codes: 0 yes or clean, 1 no or found, 2 could not tell.
 */
@Command(
        name = "rein",
        description = "The control plane for AI agents that you host yourself.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Exit codes: 0 yes or clean, 1 no or found, 2 could not tell.",
            "Example: rein run --agent coder -- bash"
        })
public final class ReinCommand implements Runnable {
    /** In the order of {@code --help}. */
    private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("up", UpCommand.class);
        COMMANDS.put("run", RunCommand.class);
        COMMANDS.put("runs", RunsCommand.class);
        COMMANDS.put("agents", AgentsCommand.class);
        COMMANDS.put("activity", ActivityCommand.class);
        COMMANDS.put("approve", ApproveCommand.class);
        COMMANDS.put("approvals", ApprovalsCommand.class);
        COMMANDS.put("policy", PolicyCommand.class);
        COMMANDS.put("inspect", InspectCommand.class);
        COMMANDS.put("stop", StopCommand.class);
        COMMANDS.put("drain", DrainCommand.class);
        COMMANDS.put("resume", ResumeCommand.class);
        COMMANDS.put("audit", AuditCommand.class);
        COMMANDS.put("token", TokenCommand.class);
        COMMANDS.put("doctor", DoctorCommand.class);
        COMMANDS.put("drill", DrillCommand.class);
        COMMANDS.put("namespaces", NamespacesCommand.class);
        COMMANDS.put("warm-up", WarmUpCommand.class);
    }

    /**
     * Reads a command line of its arguments. Each command's declaration takes milliseconds to look
     * through, for which the start of every run would wait: only the named one's is.
     */
    public static CommandLine line(String... arguments) {
        CommandLine line = new CommandLine(new ReinCommand());
        Optional<Class<?>> named = Arrays.stream(arguments).findFirst().map(COMMANDS::get);
        COMMANDS.forEach((name, type) -> {
            if (named.isEmpty() || named.get() == type) {
                line.addSubcommand(name, type);
            }
        });
        return line;
    }

    @Override
    public void run() {
        throw new CommandException(2, "Which command? For example: rein up");
    }
}
