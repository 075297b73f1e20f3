package rein.server.command;

import rein.server.http.Problem;

/**
 * Ends a command with one clear line on standard error and exit code 1 (no) or 2 (could not tell).
 */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** The control plane's answer: what it refuses is a no, what it cannot do is could not tell. */
    public CommandException(Problem problem) {
        super(problem.detail());
        this.exitCode = problem.status() >= 500 ? 2 : 1;
    }

    public CommandException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
