package rein.server.api;

import java.util.List;
import java.util.UUID;
import rein.sandbox.LaunchPlan;

/**
 * A run that is ready to start.
 *
 * @param plan what the calling process does to become the command
 * @param firstLine for the terminal
 * @param lastWordFile where the node writes its last word when the run has ended
 * @param exposed one line for each port of the run that this machine may reach
 * @param notes what whoever starts it ought to know besides
 */
public record RunPrepared(
        UUID run,
        String shortId,
        String agent,
        String level,
        LaunchPlan plan,
        String firstLine,
        String lastWordFile,
        List<String> exposed,
        List<String> notes) {
    /** With notes. */
    public RunPrepared noting(List<String> more) {
        return new RunPrepared(
                run, shortId, agent, level, plan, firstLine, lastWordFile, exposed, more);
    }
}
