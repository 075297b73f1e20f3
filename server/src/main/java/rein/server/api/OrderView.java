package rein.server.api;

import java.util.UUID;
import rein.vocabulary.StopOrder;

/** A stop order in force. */
public record OrderView(
        UUID id,
        String scope,
        String mode,
        String reason,
        String issuer,
        long epoch,
        String issued) {
    public static OrderView of(StopOrder order) {
        return new OrderView(
                order.id(),
                ReceiptView.scope(order.scope()),
                order.mode() == StopOrder.Mode.TERMINATE ? "terminate" : "suspend",
                order.reason(),
                order.issuer(),
                order.epoch(),
                order.issued().toString());
    }
}
