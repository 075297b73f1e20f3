package rein.server.command;

import java.util.List;
import rein.server.http.Problem;
import rein.server.http.ProblemException;

/**
 * Ends a command with one clear line on standard error, particulars below it where there are any,
 * and exit code 1 (no) or 2 (could not tell).
 */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** More than this nobody reads on a terminal; --json of the command has all. */
    private static final int PARTICULARS_MAX = 40;

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

    /** What follows the first line: one thing a line, for who has to mend several. */
    public List<String> particulars() {
        return ProblemException.why(this)
                .lines()
                .skip(1)
                .limit(PARTICULARS_MAX)
                .map(Output::plain)
                .toList();
    }

    public int exitCode() {
        return exitCode;
    }
}
