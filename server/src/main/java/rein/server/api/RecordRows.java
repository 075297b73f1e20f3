package rein.server.api;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import rein.audit.StoredRecord;
import rein.vocabulary.Kind;
import rein.vocabulary.Uuid7;

/** Turns stored records into what people and scripts read. */
public final class RecordRows {
    private static final Pattern UID =
            Pattern.compile("(\\w+(?:::\\w+)*)::\"(.*)\"", Pattern.DOTALL);

    private RecordRows() {}

    public static RecordView view(StoredRecord record) {
        Map<String, String> detail = record.texts("detail");
        return new RecordView(
                record.text("happened").orElse(""),
                record.kind(),
                record.address().toString(),
                record.text("id").orElse(""),
                record.text("run"),
                record.text("agent").map(RecordRows::lastPart),
                record.text("owner"),
                record.text("person"),
                record.texts("labels"),
                record.text("door"),
                record.text("action"),
                resource(record.text("resource"), detail),
                record.text("decision"),
                record.list("policies"),
                record.reasons(),
                foreseen(record),
                record.list("taints"),
                detail,
                record.numbers("sizes"),
                record.text("cause"),
                approve(record, detail));
    }

    /** The denial that names the destination: another record, or this one; or what waits. */
    private static Optional<String> approve(StoredRecord record, Map<String, String> detail) {
        if (record.kind().equals(Kind.APPROVAL_ASKED.label())) {
            return record.text("id").map(UUID::fromString).map(Uuid7::shortForm);
        }
        if (!"true".equals(detail.get("liftable"))) {
            return Optional.empty();
        }
        Optional<String> first = Optional.ofNullable(detail.get("denial"));
        Optional<String> folded =
                detail.containsKey("folded") ? record.text("cause") : Optional.empty();
        return first.or(() -> folded)
                .or(() -> record.text("id"))
                .map(UUID::fromString)
                .map(Uuid7::shortForm);
    }

    /** {@code host:port} where the record is about a destination, else the Cedar id. */
    private static Optional<String> resource(Optional<String> uid, Map<String, String> detail) {
        Optional<String> port = Optional.ofNullable(detail.get("port"));
        Optional<String> host =
                uid.map(UID::matcher)
                        .filter(Matcher::matches)
                        .filter(matcher -> matcher.group(1).equals("Host"))
                        .map(matcher -> matcher.group(2));
        if (host.isEmpty()) {
            return uid;
        }
        String name = host.get().contains(":") ? "[" + host.get() + "]" : host.get();
        return Optional.of(port.map(number -> name + ":" + number).orElse(name));
    }

    private static List<RecordView.Foreseen> foreseen(StoredRecord record) {
        return record.foreseen().stream()
                .map(each ->
                        new RecordView.Foreseen(
                                each.mode().label(),
                                each.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                                each.policies(),
                                each.code()))
                .toList();
    }

    private static String lastPart(String spiffeId) {
        return spiffeId.substring(spiffeId.lastIndexOf('/') + 1);
    }

    /**
     * Whether a record is about this destination: its name or its address, with or without the
     * port.
     */
    static boolean isAbout(RecordView view, String destination) {
        List<String> known =
                List.of(
                        view.resource().orElse(""),
                        view.detail().getOrDefault("host", ""),
                        view.detail().getOrDefault("address", ""),
                        view.detail().getOrDefault("destination", ""));
        String port = view.detail().getOrDefault("port", "");
        return known.stream()
                .filter(text -> !text.isEmpty())
                .anyMatch(text ->
                        text.equals(destination) || (text + ":" + port).equals(destination));
    }
}
