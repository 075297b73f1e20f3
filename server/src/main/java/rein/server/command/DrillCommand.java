package rein.server.command;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import rein.server.World;
import rein.server.drill.Drill;

/** Re-enactments of incidents on this machine. */
@Command(
        name = "drill",
        description = "Re-enact an incident on this machine, first without Rein, then with it.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Everything happens in network namespaces that the drill makes and removes.",
            "Exit 0: every step held; 1: something got through; 2: could not tell.",
            "Example: rein drill rome --json"
        })
final class DrillCommand extends Subcommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "INCIDENT",
            description = "rome: the incident of the agent that mined on its trainers' GPUs.")
    String incident = "";

    @Option(names = "--json", description = "One JSON object a step, then one for the whole.")
    boolean json;

    @Option(
            names = "--keep",
            description = "Keep the drill's folder: data, logs, what each step printed.")
    boolean keep;

    @Override
    public Integer call() {
        if (!incident.equals("rome")) {
            throw new CommandException(2, "there is no drill '" + incident + "'; there is: rome");
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new CommandException(
                    2, "the drill makes network namespaces and needs root: sudo rein drill rome");
        }
        PrintWriter out = out();
        return Drill.rome(World.real(), out, json, keep);
    }
}
