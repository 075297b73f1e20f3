package rein.server.command;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rein.sandbox.Shown;
import rein.server.api.RunExplained;

/** Prints what a run would be given. */
final class Explanation {
    private final PrintWriter out;
    private final boolean json;

    Explanation(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
    }

    /** The exit code. */
    int print(RunExplained run, List<String> notes) {
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("run", run);
            all.put("notes", notes);
            Output.json(out, all);
            return 0;
        }
        out.println("Agent " + run.agent() + ", level " + run.level() + "; nothing was started.");
        run.client().ifPresent(client -> out.println("Client profile: " + client));
        out.println("Policies: " + String.join(", ", run.policies()));
        out.println();
        out.println("Files (everything else is absent):");
        List<List<String>> rows = new ArrayList<>();
        for (Shown place : run.places()) {
            rows.add(List.of("  " + place.path(), place.mode(), place.why()));
        }
        Output.table(out, rows);
        out.println();
        out.println("Hosts (everything else is denied, with the line that would permit it):");
        rows.clear();
        for (RunExplained.HostRule rule : run.hosts()) {
            rows.add(List.of("  " + rule.host(), rule.rule(), rule.why()));
        }
        Output.table(out, rows);
        out.println();
        out.println("Environment: " + String.join(" ", run.environment()));
        out.println("Limits:");
        run.limits().forEach((name, bound) -> out.println("  " + name + " " + bound));
        notes.forEach(note -> out.println("Note: " + Output.plain(note)));
        return 0;
    }
}
