package rein.gateway.egress;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import rein.gateway.ContentInspection;
import rein.gateway.ContentInspection.Message;
import rein.gateway.ContentInspection.Passing;
import rein.gateway.ContentInspection.Way;

/**
 * Looks into one HTTP exchange. INVARIANT: what is found in a request is recorded, and its taint
 * sticks, before the bytes go on. The request is looked at by the thread that sends it, the
 * response by the one that brings it.
 */
final class ContentWatch {
    /** Of one message; that there were more is said in the record of the flow. */
    private static final int RECORDS_MAX = 64;

    /** First words of media types in which nothing is written that a rule could read. */
    private static final Set<String> UNREADABLE =
            Set.of(
                    "image",
                    "audio",
                    "video",
                    "font",
                    "application/octet-stream",
                    "application/zip",
                    "application/gzip",
                    "application/x-tar",
                    "application/java-archive",
                    "application/pdf");

    private final ContentInspection inspection;
    private final Gate gate;
    private final Clearance.Granted granted;
    private final Side request = new Side(Way.REQUEST);
    private final Side response = new Side(Way.RESPONSE);

    /** One of the two messages. */
    private final class Side {
        private final Way way;
        private volatile String state = "none";
        private @Nullable Message message;
        private int records;

        Side(Way way) {
            this.way = way;
        }

        void open(HttpHead head) {
            Optional<String> whyNot = whyNot(head);
            Optional<Message> opened = whyNot.isPresent() ? Optional.empty() : inspection.open(way);
            message = opened.orElse(null);
            state = opened.isPresent() ? "yes" : whyNot.orElse("off");
        }

        ByteBuffer take(ByteBuffer piece) {
            Message looking = message;
            if (looking == null) {
                return piece;
            }
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            return passed(looking.take(bytes));
        }

        ByteBuffer end() {
            Message looking = message;
            return looking == null ? ByteBuffer.allocate(0) : passed(looking.end());
        }

        private ByteBuffer passed(Passing passing) {
            if (!passing.unfinished().isEmpty()) {
                state = "in part: " + String.join(" ", passing.unfinished());
            }
            if (!passing.found().isEmpty()) {
                if (records < RECORDS_MAX) {
                    records++;
                    gate.found(granted, way, passing.found());
                } else {
                    state = "in part: more than " + RECORDS_MAX + " finds were not recorded";
                }
            }
            return ByteBuffer.wrap(passing.bytes());
        }
    }

    ContentWatch(ContentInspection inspection, Gate gate, Clearance.Granted granted) {
        this.inspection = inspection;
        this.gate = gate;
        this.granted = granted;
    }

    /** The request's body begins; what its target says is looked at here. */
    void request(HttpHead.OfRequest head, String path) {
        inspection
                .open(Way.REQUEST)
                .ifPresent(message -> {
                    byte[] target = path.getBytes(StandardCharsets.UTF_8);
                    Passing most = message.take(target);
                    Passing rest = message.end();
                    for (Passing each : List.of(most, rest)) {
                        if (!each.found().isEmpty()) {
                            gate.foundInTarget(granted, each.found());
                        }
                    }
                });
        request.open(head);
    }

    /** The response's body begins. */
    void response(HttpHead.OfResponse head) {
        response.open(head);
    }

    /** What of the request may go on. */
    ByteBuffer sent(ByteBuffer piece) {
        return request.take(piece);
    }

    ByteBuffer sentAll() {
        return request.end();
    }

    /** Looks at a piece of the response, which passes as it is. */
    void received(ByteBuffer piece) {
        response.take(piece.duplicate());
    }

    void receivedAll() {
        response.end();
    }

    /** From here on it is no HTTP any more. */
    void switched() {
        request.state = "no: websocket";
        response.state = "no: websocket";
    }

    /** Whether each message was looked at, and if not, why: nothing found is not unobserved. */
    String inspected() {
        return "request " + request.state + ", response " + response.state;
    }

    private static Optional<String> whyNot(HttpHead head) {
        String coding = head.value("Content-Encoding").orElse("").strip();
        if (!coding.isEmpty() && !coding.equalsIgnoreCase("identity")) {
            return Optional.of("no: encoded");
        }
        String type = head.value("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        String media = type.split("[;,]", 2)[0].strip();
        boolean unreadable =
                UNREADABLE.contains(media) || UNREADABLE.contains(media.split("/", 2)[0]);
        return unreadable ? Optional.of("no: of a type without text") : Optional.empty();
    }
}
