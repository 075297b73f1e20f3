package rein.server.command;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import rein.server.api.OrderView;
import rein.server.api.ReceiptView;
import rein.server.api.StopRequest;

/** The off-switch. */
@Command(
        name = "stop",
        description =
                "Suspend a run, an agent, a blueprint, an owner's agents or the fleet; --kill terminates.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The receipt lists every enforcement point. Exit 0: all confirmed and nothing is left; 1: something is.",
            "Example: rein stop 7f3a1b2c --reason 'opened a tunnel'"
        })
final class StopCommand extends Subcommand implements Callable<Integer> {

    @ArgGroup(exclusive = true, multiplicity = "1")
    Target target = new Target();

    static final class Target {
        @Parameters(
                index = "0",
                arity = "0..1",
                paramLabel = "RUN",
                description = "Run id, or the short one.")
        Optional<String> run = Optional.empty();

        @Option(
                names = "--agent",
                paramLabel = "NAME",
                description = "All runs of this agent, now and later.")
        Optional<String> agent = Optional.empty();

        @Option(
                names = "--blueprint",
                paramLabel = "NAME",
                description = "All agents of this blueprint.")
        Optional<String> blueprint = Optional.empty();

        @Option(names = "--owner", paramLabel = "PERSON", description = "All agents of this owner.")
        Optional<String> owner = Optional.empty();

        @Option(names = "--fleet", description = "Everything.")
        boolean fleet;

        @Option(names = "--list", description = "Stop nothing; list the orders in force.")
        boolean list;
    }

    @Option(names = "--kill", description = "Terminate: the processes are killed.")
    boolean kill;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; goes into the audit log.")
    String reason = "";

    @Option(names = "--json", description = "The receipt as JSON.")
    boolean json;

    @Override
    public Integer call() {
        if (target.list) {
            return list();
        }
        StopRequest request =
                new StopRequest(
                        target.run,
                        target.agent,
                        target.blueprint,
                        target.owner,
                        target.fleet,
                        kill,
                        Optional.of(reason));
        ReceiptView receipt = client().post("/v1/stops", request, ReceiptView.class);
        var out = out();
        if (json) {
            Output.json(out, receipt);
        } else {
            out.printf(
                    "%s %s in %.1f ms (order %s)%n",
                    receipt.mode().equals("terminate") ? "Terminated" : "Suspended",
                    receipt.scope(),
                    receipt.elapsedMicros() / 1000.0,
                    receipt.order());
            receipt.points()
                    .forEach(point ->
                            out.printf(
                                    "  %s %s: %s%n",
                                    point.confirmed() ? "confirmed" : "NOT CONFIRMED",
                                    point.name(),
                                    point.answer()));
            if (receipt.recordedLate()) {
                out.println("  recorded late: the audit log did not take the order in time");
            }
            if (receipt.mode().equals("suspend")) {
                out.println("  resume: rein resume " + receipt.order());
            }
        }
        return receipt.complete() ? 0 : 1;
    }

    private int list() {
        for (OrderView order : client().get("/v1/stops", OrderView[].class)) {
            if (json) {
                Output.json(out(), order);
            } else {
                out().println(
                                Output.plain(
                                        order.id()
                                                + "  "
                                                + order.mode()
                                                + "  "
                                                + order.scope()
                                                + "  by "
                                                + order.issuer()
                                                + ": "
                                                + order.reason()));
            }
        }
        return 0;
    }
}
