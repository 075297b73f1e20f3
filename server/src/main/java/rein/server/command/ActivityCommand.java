package rein.server.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import rein.server.api.Page;
import rein.server.api.RecordView;
import rein.server.http.Json;

/** What agents did, and why that was allowed or denied. */
@Command(
        name = "activity",
        description = "Show records: what agents did, and why it was allowed or denied.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example: a firewall saw 203.0.113.10 at 14:02. Which run was it, and who owns it?",
            "  rein activity --destination 203.0.113.10 --at 2026-11-01T14:02:00Z"
        })
final class ActivityCommand extends Subcommand implements Callable<Integer> {
    private static final Duration WITHIN = Duration.ofSeconds(60);

    @Option(names = "--follow", description = "Go on showing new records.")
    boolean follow;

    @Option(
            names = "--destination",
            paramLabel = "HOST[:PORT]",
            description = "Host name or address.")
    Optional<String> destination = Optional.empty();

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "RFC 3339; a minute before and after is shown.")
    Optional<String> at = Optional.empty();

    @Option(names = "--run", paramLabel = "RUN", description = "Run id or short id.")
    Optional<String> run = Optional.empty();

    @Option(names = "--agent", paramLabel = "NAME", description = "Agent.")
    Optional<String> agent = Optional.empty();

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "decision, exec, flow, finding, incident, …")
    Optional<String> kind = Optional.empty();

    @Option(names = "--decision", paramLabel = "DECISION", description = "allow or deny.")
    Optional<String> decision = Optional.empty();

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "At most this many, newest (default 50).")
    int limit = 50;

    @Option(names = "--json", description = "One JSON object a line.")
    boolean json;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = out();
        Page<RecordView> page = client().page("/v1/records?" + query(), RecordView.class);
        page.items().reversed().forEach(record -> print(out, record));
        if (follow) {
            follow(out);
        }
        if (page.items().isEmpty() && !follow) {
            err().println("Nothing recorded matches.");
            return 1;
        }
        return 0;
    }

    private void follow(PrintWriter out) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                client().follow("/v1/records/live?" + query()),
                                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data: ")) {
                    print(out, Json.MAPPER.readValue(line.substring(6), RecordView.class));
                    out.flush();
                }
            }
        }
    }

    private String query() {
        Optional<Instant> moment = at.map(ActivityCommand::time);
        return Stream.of(
                        Map.entry("destination", destination),
                        Map.entry("run", run),
                        Map.entry("agent", agent),
                        Map.entry("kind", kind),
                        Map.entry("decision", decision),
                        Map.entry("from", moment.map(time -> time.minus(WITHIN).toString())),
                        Map.entry("to", moment.map(time -> time.plus(WITHIN).toString())),
                        Map.entry("limit", Optional.of(String.valueOf(limit))))
                .filter(entry -> entry.getValue().isPresent())
                .map(entry ->
                        entry.getKey()
                                + "="
                                + URLEncoder.encode(entry.getValue().get(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new CommandException(
                    2, "--at is a time like 2026-11-01T14:02:00Z, not '" + text + "'");
        }
    }

    private void print(PrintWriter out, RecordView record) {
        if (json) {
            Output.json(out, record);
            return;
        }
        String who =
                record.agent()
                        .map(name ->
                                name + "/" + record.run().map(ActivityCommand::shortId).orElse(""))
                        .orElse("-");
        String labels =
                record.labels().entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .collect(Collectors.joining(","));
        List<String> parts =
                List.of(
                        record.time().length() > 19
                                ? record.time().substring(11, 19)
                                : record.time(),
                        record.decision().orElse(record.kind()),
                        who,
                        record.owner().map(owner -> "owner " + owner).orElse(""),
                        record.resource().orElse(""),
                        record.detail().getOrDefault("protocol", ""),
                        record.reasons().isEmpty() ? sentence(record) : record.reasons().getFirst(),
                        foreseen(record),
                        record.approve().map(id -> "rein approve " + id).orElse(""),
                        labels.isEmpty() ? "" : "(" + labels + ")",
                        record.address());
        out.println(
                parts.stream()
                        .filter(part -> !part.isEmpty())
                        .map(Output::plain)
                        .collect(Collectors.joining("  ")));
    }

    /** What policies that do not count yet would have made of it. */
    private static String foreseen(RecordView record) {
        return record.foreseen().stream()
                .map(each ->
                        "["
                                + each.mode()
                                + ": "
                                + each.decision()
                                + " by "
                                + String.join(", ", each.policies())
                                + "]")
                .collect(Collectors.joining(" "));
    }

    private static String sentence(RecordView record) {
        return Optional.ofNullable(record.detail().get("sentence"))
                .or(() -> Optional.ofNullable(record.detail().get("rule")))
                .orElse("");
    }

    private static String shortId(String run) {
        return run.length() > 8 ? run.substring(run.length() - 8) : run;
    }
}
