package rein.server.command;

import picocli.CommandLine.Command;

/**
 * {@code rein}: the list of commands. Exit codes: 0 yes or clean, 1 no or found, 2 could not tell.
 */
@Command(
        name = "rein",
        description = "The control plane for AI agents that you host yourself.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            UpCommand.class,
            RunCommand.class,
            RunsCommand.class,
            AgentsCommand.class,
            ActivityCommand.class,
            ApproveCommand.class,
            ApprovalsCommand.class,
            PolicyCommand.class,
            StopCommand.class,
            DrainCommand.class,
            ResumeCommand.class,
            AuditCommand.class,
            TokenCommand.class,
            DoctorCommand.class,
            DrillCommand.class,
            NamespacesCommand.class,
            WarmUpCommand.class
        },
        footer = {
            "",
            "Exit codes: 0 yes or clean, 1 no or found, 2 could not tell.",
            "Example: rein run --agent coder -- bash"
        })
public final class ReinCommand implements Runnable {

    @Override
    public void run() {
        throw new CommandException(2, "Which command? For example: rein up");
    }
}
