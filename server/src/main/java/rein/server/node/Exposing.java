package rein.server.node;

import java.io.IOException;
import java.util.List;
import rein.gateway.ingress.ExposedPort;
import rein.server.api.RunRequest;
import rein.server.http.ProblemException;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;

/** The ports of a run that this machine's loopback may reach: {@code --expose}. */
final class Exposing {
    private Exposing() {}

    /** Opens the way in, recorded as a grant before anybody can come through it. */
    static List<ExposedPort> open(
            Node.Ports ports, LiveRun live, RunRequest request, String person) {
        try {
            List<ExposedPort> wanted = request.expose().stream().map(ExposedPort::parse).toList();
            for (ExposedPort port : wanted) {
                ports.recorder()
                        .append(
                                Draft.of(Kind.POLICY_CHANGED)
                                        .run(live.run())
                                        .person(person)
                                        .detail("change", "expose")
                                        .detail("run-port", String.valueOf(port.port()))
                                        .detail("host-port", String.valueOf(port.hostPort()))
                                        .detail(
                                                "sentence",
                                                "port "
                                                        + port.port()
                                                        + " exposed to this machine by "
                                                        + person
                                                        + " (--expose)")
                                        .build());
            }
            return ports.exposed()
                    .open(live, live.ledger(), wanted, live.sandbox().network()::socket);
        } catch (RecordRefusedException e) {
            throw new ProblemException(
                    503,
                    "not-recorded",
                    "The exposed ports could not be recorded, so the run was not started: "
                            + ProblemException.why(e));
        } catch (IOException e) {
            throw new ProblemException(
                    409,
                    "port-taken",
                    ProblemException.why(e) + "; name another: --expose PORT:HOSTPORT.");
        }
    }
}
