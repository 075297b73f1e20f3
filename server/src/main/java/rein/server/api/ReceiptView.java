package rein.server.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import rein.vocabulary.Cut;
import rein.vocabulary.Receipt;
import rein.vocabulary.StopOrder;

/**
 * A receipt for people and scripts; the signed original lies in the data folder.
 *
 * @param left processes or flows that are still there; 0 means done
 */
public record ReceiptView(
        UUID order,
        String scope,
        String mode,
        String reason,
        String issuer,
        long epoch,
        List<Point> points,
        boolean complete,
        long left,
        long elapsedMicros,
        boolean recordedLate,
        String keyId,
        String signature) {

    /** One enforcement point's answer. */
    public record Point(String name, boolean confirmed, String answer) {}

    public static ReceiptView of(Receipt receipt) {
        List<Point> points = new ArrayList<>();
        receipt.confirmed()
                .forEach((name, cuts) -> points.add(new Point(name, true, answer(cuts))));
        receipt.unconfirmed().forEach((name, why) -> points.add(new Point(name, false, why)));
        StopOrder order = receipt.order();
        return new ReceiptView(
                order.id(),
                scope(order.scope()),
                order.mode() == StopOrder.Mode.TERMINATE ? "terminate" : "suspend",
                order.reason(),
                order.issuer(),
                order.epoch(),
                points,
                receipt.complete(),
                receipt.cuts().stream().mapToLong(Cut::left).sum(),
                receipt.elapsedMicros(),
                receipt.recordedLate(),
                receipt.keyId(),
                receipt.signature());
    }

    public static String scope(StopOrder.Scope scope) {
        return switch (scope) {
            case StopOrder.Scope.OfRun(UUID run) -> "run " + run;
            case StopOrder.Scope.OfAgent(String name) -> "agent " + name;
            case StopOrder.Scope.OfBlueprint(String name) -> "blueprint " + name;
            case StopOrder.Scope.OfOwner(String person) -> "owner " + person;
            case StopOrder.Scope.Fleet() -> "fleet";
        };
    }

    /** What one enforcement point did, for people. */
    public static String answer(Set<Cut> cuts) {
        if (cuts.isEmpty()) {
            return "nothing to cut";
        }
        long count = cuts.stream().mapToLong(Cut::count).sum();
        long left = cuts.stream().mapToLong(Cut::left).sum();
        String what = cuts.iterator().next().what();
        return what
                + " "
                + count
                + " in "
                + cuts.size()
                + (cuts.size() == 1 ? " run" : " runs")
                + (left == 0 ? "" : ", " + left + " left");
    }
}
