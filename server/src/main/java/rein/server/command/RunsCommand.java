package rein.server.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import rein.server.api.RunView;

/** What runs now. */
@Command(
        name = "runs",
        description = "List the runs of this node: live ones, and the latest that ended.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: rein runs --json"})
final class RunsCommand extends Subcommand implements Callable<Integer> {

    @Option(names = "--json", description = "One JSON object a line.")
    boolean json;

    @Override
    public Integer call() {
        var out = out();
        List<RunView> runs = List.of(client().get("/v1/runs", RunView[].class));
        if (json) {
            runs.forEach(run -> Output.json(out, run));
            return 0;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(
                List.of(
                        "RUN",
                        "STATE",
                        "LEVEL",
                        "AGENT",
                        "OWNER",
                        "DENIED",
                        "FINDINGS",
                        "STARTED",
                        "LABELS"));
        for (RunView run : runs) {
            rows.add(
                    List.of(
                            run.shortId(),
                            run.state(),
                            run.level(),
                            run.agent(),
                            run.owner(),
                            String.valueOf(run.denied()),
                            String.valueOf(run.findings()),
                            run.started()
                                    .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                                    .toString(),
                            run.labels().entrySet().stream()
                                    .map(label -> label.getKey() + "=" + label.getValue())
                                    .collect(Collectors.joining(","))));
        }
        Output.table(out, rows);
        return 0;
    }
}
