package rein.gateway.egress;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpVersion;
import org.jspecify.annotations.Nullable;
import rein.gateway.GatewayException;
import rein.gateway.GatewayException.Code;

/**
 * Reads HTTP/1 messages from one wire with Jetty's parser, head first, then the body piece by
 * piece. Used by one thread at a time.
 */
final class HttpReader {
    /** Takes a piece of a body; the buffer is only valid during the call. */
    @FunctionalInterface
    interface Sink {
        void take(ByteBuffer piece) throws IOException;
    }

    /** No violation is allowed but keeping the case of field names, which some peers need. */
    private static final HttpCompliance STRICT =
            HttpCompliance.STRICT.with("REIN", HttpCompliance.Violation.CASE_SENSITIVE_FIELD_NAME);

    private final Wire wire;
    private final Flow flow;
    private final boolean requests;
    private final HttpParser parser;
    private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024).flip();

    private List<HttpField> fields = new ArrayList<>();
    private Optional<HttpHead> head = Optional.empty();
    private Optional<ByteBuffer> piece = Optional.empty();
    private Optional<GatewayException> failure = Optional.empty();
    private boolean headRead;
    private boolean messageRead;
    private boolean begun;

    private HttpReader(Wire wire, Flow flow, boolean requests) {
        this.wire = wire;
        this.flow = flow;
        this.requests = requests;
        this.parser =
                requests
                        ? new HttpParser(new Requests(), Limits.HEADER_BYTES_MAX, STRICT)
                        : new HttpParser(new Responses(), Limits.HEADER_BYTES_MAX, STRICT);
    }

    static HttpReader ofRequests(Wire wire, Flow flow) {
        return new HttpReader(wire, flow, true);
    }

    static HttpReader ofResponses(Wire wire, Flow flow) {
        return new HttpReader(wire, flow, false);
    }

    /** The next request; empty at an orderly end between messages. */
    Optional<HttpHead.OfRequest> request() throws IOException, GatewayException {
        return next(false).map(found -> (HttpHead.OfRequest) found);
    }

    /**
     * The next response, interim ones too.
     *
     * @param toHead whether it answers a HEAD request
     * @throws GatewayException CUT_SHORT if the upstream closes instead
     */
    HttpHead.OfResponse response(boolean toHead) throws IOException, GatewayException {
        return next(toHead)
                .map(found -> (HttpHead.OfResponse) found)
                .orElseThrow(() ->
                        new GatewayException(
                                Code.CUT_SHORT, "the upstream closed without an answer"));
    }

    private Optional<HttpHead> next(boolean toHead) throws IOException, GatewayException {
        head = Optional.empty();
        fields = new ArrayList<>();
        headRead = false;
        messageRead = false;
        begun = false;
        parser.reset();
        parser.setHeadResponse(toHead); // a reset forgets it
        while (!headRead) {
            if (!step()) {
                if (begun) {
                    throw bad("the head ends in the middle", Code.CUT_SHORT);
                }
                return Optional.empty();
            }
        }
        return head;
    }

    /**
     * Reads the rest of the current message.
     *
     * @throws GatewayException if it is malformed or ends early
     */
    void body(Sink sink) throws IOException, GatewayException {
        while (!messageRead) {
            boolean more = step();
            if (piece.isPresent()) {
                sink.take(piece.get());
                piece = Optional.empty();
            }
            if (!more && !messageRead) {
                throw bad("the body ends in the middle", Code.CUT_SHORT);
            }
        }
    }

    /** Whether the current message has been read to its end. */
    boolean atEnd() {
        return messageRead;
    }

    /** Whether bytes behind the head have been read. */
    boolean buffered() {
        return buffer.hasRemaining();
    }

    /** Gives back to the wire what was read beyond the head, for a protocol that follows it. */
    void release() {
        wire.unread(buffer);
    }

    /**
     * Parses until something happens.
     *
     * @return false at the end of the stream
     */
    private boolean step() throws IOException, GatewayException {
        while (true) {
            boolean event = parser.parseNext(buffer);
            if (failure.isPresent()) {
                throw failure.get();
            }
            if (event) {
                return true;
            }
            if (messageRead || parser.isAtEOF()) {
                return messageRead;
            }
            if (!buffer.hasRemaining()) {
                buffer.clear();
                int n = wire.read(buffer);
                buffer.flip();
                flow.progress();
                if (n < 0) {
                    parser.atEOF();
                } else if (!headRead) {
                    begun = true;
                }
            }
        }
    }

    private GatewayException bad(String what, Code code) {
        return new GatewayException(code, what);
    }

    private void fail(Code code, String what) {
        if (failure.isEmpty()) {
            failure = Optional.of(new GatewayException(code, what));
        }
    }

    private abstract class Handler implements HttpParser.HttpHandler {
        @Override
        public void parsedHeader(HttpField field) {
            if (fields.size() >= Limits.FIELDS_MAX) {
                fail(Code.HEADER_TOO_LARGE, "it has too many fields");
            } else {
                fields.add(field);
            }
        }

        @Override
        public boolean headerComplete() {
            headRead = true;
            return true;
        }

        @Override
        public boolean content(ByteBuffer bytes) {
            piece = Optional.of(bytes);
            return true;
        }

        @Override
        public boolean contentComplete() {
            return false;
        }

        @Override
        public boolean messageComplete() {
            messageRead = true;
            return true;
        }

        @Override
        public void parsedTrailer(HttpField field) {
            // RFC 9110 §6.5.1: an intermediary may drop trailers, and does so here.
        }

        @Override
        public void earlyEOF() {
            if (headRead && !parser.isAtEOF()) {
                fail(requests ? Code.BAD_REQUEST : Code.BAD_RESPONSE, "its body is malformed");
            }
        }

        @Override
        public void badMessage(HttpException failed) {
            String reason = Optional.ofNullable(failed.getReason()).orElse("it is malformed");
            Code code =
                    !requests
                            ? Code.BAD_RESPONSE
                            : switch (failed.getCode()) {
                                case 431, 414 -> Code.HEADER_TOO_LARGE;
                                case 505 -> Code.VERSION;
                                default -> Code.BAD_REQUEST;
                            };
            fail(code, reason.toLowerCase(Locale.ROOT));
        }
    }

    private final class Requests extends Handler implements HttpParser.RequestHandler {
        @Override
        public void startRequest(String method, String target, HttpVersion version) {
            if (version != HttpVersion.HTTP_1_1 && version != HttpVersion.HTTP_1_0) {
                fail(Code.VERSION, "only HTTP/1.1 and HTTP/1.0 are spoken here");
            }
            boolean plain =
                    method.length() <= Limits.METHOD_CHARS_MAX
                            && target.chars().allMatch(c -> c > ' ' && c < 0x7f);
            if (!plain) {
                fail(Code.BAD_REQUEST, "its first line has characters that do not belong there");
            }
            head = Optional.of(new HttpHead.OfRequest(method, target, version, fields));
        }
    }

    private final class Responses extends Handler implements HttpParser.ResponseHandler {
        @Override
        public void startResponse(HttpVersion version, int status, @Nullable String reason) {
            String text = Optional.ofNullable(reason).orElse("");
            if (status < 100) {
                fail(Code.BAD_RESPONSE, "its status is " + status);
            }
            head = Optional.of(new HttpHead.OfResponse(version, status, text, fields));
        }
    }
}
