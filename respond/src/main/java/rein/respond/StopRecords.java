package rein.respond;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.Receipt;
import rein.vocabulary.Run;
import rein.vocabulary.StopOrder;

/**
 * What the log says of stops. Details: {@code order, scope, scope-name, mode, issuer, epoch}; the
 * reason is free text and goes into the content.
 */
final class StopRecords {
    private StopRecords() {}

    static Draft ordered(StopOrder order, Optional<Run> run) {
        Draft.Builder draft =
                about(Kind.STOP_ORDERED, order, run).content("reason", order.reason());
        personOf(order.issuer(), draft);
        order.cause().ifPresent(draft::cause);
        return draft.build();
    }

    static Draft resumed(StopOrder order, Optional<Run> run, String person, String reason) {
        Draft.Builder draft = about(Kind.RESUMED, order, run).content("reason", reason);
        personOf(person, draft);
        return draft.detail("resumed-by", person).build();
    }

    /** Only what can be counted: the receipt itself is a file, and its digest is here. */
    static Draft receipt(Receipt receipt, Optional<Run> run, Optional<UUID> ordered) {
        Draft.Builder draft =
                about(Kind.RECEIPT, receipt.order(), run)
                        .detail("complete", Boolean.toString(receipt.complete()))
                        .detail("recorded-late", Boolean.toString(receipt.recordedLate()))
                        .detail("confirmed", String.join(",", receipt.confirmed().keySet()))
                        .detail("unconfirmed", String.join(",", receipt.unconfirmed().keySet()))
                        .detail("key-id", receipt.keyId())
                        .detail("receipt-sha256", sha256(ReceiptJson.write(receipt)))
                        .size("elapsed-micros", receipt.elapsedMicros())
                        .size("runs", receipt.cuts().stream().map(c -> c.run()).distinct().count())
                        .size("cut-count", receipt.cuts().stream().mapToLong(c -> c.count()).sum())
                        .size("left-count", receipt.cuts().stream().mapToLong(c -> c.left()).sum());
        ordered.ifPresent(draft::cause);
        return draft.build();
    }

    private static Draft.Builder about(Kind kind, StopOrder order, Optional<Run> run) {
        ScopeName scope = ScopeName.of(order.scope());
        Draft.Builder draft =
                Draft.of(kind)
                        .detail("order", order.id().toString())
                        .detail("scope", scope.kind())
                        .detail("scope-name", scope.name())
                        .detail("mode", order.mode().name().toLowerCase(Locale.ROOT))
                        .detail("issuer", order.issuer())
                        .detail("epoch", Long.toString(order.epoch()));
        run.ifPresent(draft::run);
        return draft;
    }

    /** {@code rein:detect} and its like are no persons. */
    private static void personOf(String issuer, Draft.Builder draft) {
        if (!issuer.startsWith("rein:")) {
            draft.person(issuer);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
