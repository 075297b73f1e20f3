package rein.server.node;

import java.util.List;
import java.util.Map;
import rein.gateway.RunLedger;
import rein.server.http.ProblemException;
import rein.vocabulary.Taint;
import rein.vocabulary.Ticker;

/**
 * What whoever starts a run says that it has touched from the beginning ({@code rein run --taint}):
 * Rein does not look into the work folder, so that nobody else can know.
 */
final class DeclaredTaints {
    private DeclaredTaints() {}

    /** A ledger that begins with them; an unknown name refuses the run. */
    static RunLedger ledger(List<String> labels, Ticker ticker) {
        RunLedger ledger = new RunLedger(ticker);
        for (String label : labels) {
            ledger.taint(
                    Taint.find(label)
                            .orElseThrow(() ->
                                    new ProblemException(
                                            422,
                                            "bad-taint",
                                            "No taint is called '"
                                                    + label
                                                    + "'; there are: "
                                                    + String.join(", ", Taint.labels()))));
        }
        return ledger;
    }

    /** For the record of the run's start. */
    static Map<String, String> detail(RunLedger ledger) {
        return ledger.taints().isEmpty()
                ? Map.of()
                : Map.of("taints", String.join(",", ledger.taints()));
    }
}
