package rein.server.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import rein.server.api.ResumeRequest;
import rein.server.api.Resumed;

/** Ends a suspension. */
@Command(
        name = "resume",
        description = "End a stop order: name the order, or the run it stopped.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: rein resume 7f3a1b2c --reason 'checked: it was the test suite'"})
final class ResumeCommand extends Subcommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "ORDER|RUN",
            description = "Id of the stop order, or of a run (short or whole).")
    String what = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; goes into the audit log.")
    String reason = "";

    @Option(names = "--json", description = "As JSON.")
    boolean json;

    @Override
    public Integer call() {
        Resumed resumed =
                client().post("/v1/resumes", new ResumeRequest(what, reason), Resumed.class);
        var out = out();
        if (json) {
            Output.json(out, resumed);
        } else {
            out.println("Resumed " + resumed.scope() + " (" + resumed.runs() + " runs go on)");
        }
        return 0;
    }
}
