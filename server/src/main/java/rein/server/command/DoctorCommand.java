package rein.server.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import rein.server.Doctor;
import rein.server.api.DoctorView;

/** What this machine can and cannot enforce. */
@Command(
        name = "doctor",
        description =
                "Try, in a genuine sandbox, everything that must not be possible; say what holds.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit 0: contained; 1: a weaker level; 2: could not tell.",
            "Example: rein doctor"
        })
final class DoctorCommand extends Subcommand implements Callable<Integer> {

    @Option(names = "--json", description = "As JSON.")
    boolean json;

    @Override
    public Integer call() {
        DoctorView view = Doctor.examine(dataFolder());
        var out = out();
        if (json) {
            Output.json(out, view);
        } else {
            view.tries()
                    .forEach(each ->
                            out.printf(
                                    "%-8s %s: %s%n",
                                    each.held() ? "held" : "NOT HELD",
                                    each.name(),
                                    each.happened()));
            view.notes().forEach(note -> out.println("note     " + note));
            out.println("level    " + view.level());
        }
        return view.level().equals("contained") ? 0 : 1;
    }
}
