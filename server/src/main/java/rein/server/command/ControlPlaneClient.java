package rein.server.command;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import rein.server.api.Page;
import rein.server.http.Json;
import rein.server.http.Problem;
import rein.server.http.ProblemException;
import tools.jackson.databind.JavaType;

/**
 * Speaks to the management API: over the Unix socket of this machine's data folder, where the
 * kernel says who is calling, or over TCP with a token. One request a connection, so there is
 * nothing to pool or to re-send.
 */
public final class ControlPlaneClient {
    /** A list longer than this many pages is read by its own means, not by a command. */
    private static final int PAGES_MAX = 10_000;

    /** Where the control plane is, and what to show it. */
    public sealed interface Where {
        record Local(Path socket) implements Where {}

        record Remote(URI base, String token) implements Where {}
    }

    private final Where where;

    public ControlPlaneClient(Where where) {
        this.where = where;
    }

    /** Whether anything answers there. */
    public boolean answers() {
        try (SocketChannel channel = open()) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    public <T> T get(String path, Class<T> type) {
        return Json.MAPPER.readValue(exchange("GET", path, new byte[0]), type);
    }

    /** One page of a list. */
    public <T> Page<T> page(String path, Class<T> type) {
        JavaType pageType = Json.MAPPER.getTypeFactory().constructParametricType(Page.class, type);
        return Json.MAPPER.readValue(exchange("GET", path, new byte[0]), pageType);
    }

    /** Follows the cursors of a list to its end. */
    public <T> List<T> all(String path, Class<T> type) {
        List<T> items = new ArrayList<>();
        String cursor = "";
        for (int pages = 0; pages < PAGES_MAX; pages++) {
            Page<T> page = page(path + cursor, type);
            items.addAll(page.items());
            if (page.next().isEmpty()) {
                return items;
            }
            cursor = (path.contains("?") ? "&cursor=" : "?cursor=") + page.next().get();
        }
        return items;
    }

    public <T> T post(String path, Object body, Class<T> type) {
        return Json.MAPPER.readValue(exchange("POST", path, Json.bytes(body)), type);
    }

    /** Opens an answer that goes on until the server ends it or the stream is closed. */
    public InputStream follow(String path) {
        try {
            SocketChannel channel = open();
            return answer(channel, request("GET", path, new byte[0]));
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private byte[] exchange(String method, String path, byte[] body) {
        try (SocketChannel channel = open();
                InputStream in = answer(channel, request(method, path, body))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private InputStream answer(SocketChannel channel, byte[] request) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(request);
        while (out.hasRemaining()) {
            channel.write(out);
        }
        InputStream in = new BufferedInputStream(Channels.newInputStream(channel));
        ResponseHead head = ResponseHead.read(in);
        InputStream body = head.chunked() ? new ChunkedBody(in) : in;
        if (head.status() >= 400) {
            byte[] bytes =
                    head.length().isPresent()
                            ? in.readNBytes(head.length().get())
                            : body.readAllBytes();
            throw new CommandException(problem(head.status(), bytes));
        }
        return body;
    }

    private static Problem problem(int status, byte[] body) {
        try {
            return Json.MAPPER.readValue(body, Problem.class);
        } catch (tools.jackson.core.JacksonException e) {
            return Problem.of(
                    status, "unexpected-answer", "The control plane answered " + status + ".");
        }
    }

    private byte[] request(String method, String path, byte[] body) {
        StringBuilder head = new StringBuilder();
        head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: ").append(host());
        head.append("\r\nConnection: close\r\n");
        if (where instanceof Where.Remote(URI _, String token)) {
            head.append("Authorization: Bearer ").append(token).append("\r\n");
        }
        if (body.length > 0) {
            head.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(body.length)
                    .append("\r\n");
        }
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        byte[] whole = java.util.Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, whole, start.length, body.length);
        return whole;
    }

    private String host() {
        return switch (where) {
            case Where.Local _ -> "rein.local";
            case Where.Remote(URI base, String _) -> base.getAuthority();
        };
    }

    private SocketAddress address() {
        return switch (where) {
            case Where.Local(Path socket) -> UnixDomainSocketAddress.of(socket);
            case Where.Remote(URI base, String _) ->
                    new InetSocketAddress(
                            base.getHost(), base.getPort() < 0 ? 7400 : base.getPort());
        };
    }

    private SocketChannel open() throws IOException {
        if (where instanceof Where.Local(Path socket)) {
            Restart.await(socket);
        }
        return SocketChannel.open(address());
    }

    private CommandException unreachable(IOException e) {
        String target =
                switch (where) {
                    case Where.Local(Path socket) -> socket.toString();
                    case Where.Remote(URI base, String _) -> base.toString();
                };
        boolean absent = where instanceof Where.Local(Path socket) && !Files.exists(socket);
        return new CommandException(
                Problem.of(
                        503,
                        "not-running",
                        absent
                                ? "Rein is not running here (no " + target + "). Start it: rein up"
                                : "Rein does not answer at "
                                        + target
                                        + " ("
                                        + ProblemException.why(e)
                                        + "). Start it: rein up"));
    }

    /** Status line and the two headers that say where the body ends. */
    private record ResponseHead(int status, boolean chunked, Optional<Integer> length) {
        private static final int LINE_BYTES_MAX = 8192;
        private static final int LINES_MAX = 100;

        static ResponseHead read(InputStream in) throws IOException {
            String status = line(in);
            if (!status.matches("HTTP/1\\.1 [0-9]{3}.*")) {
                throw new IOException("not an HTTP answer: " + status);
            }
            boolean chunked = false;
            Optional<Integer> length = Optional.empty();
            for (int i = 0; i < LINES_MAX; i++) {
                String header = line(in).toLowerCase(java.util.Locale.ROOT);
                if (header.isEmpty()) {
                    return new ResponseHead(
                            Integer.parseInt(status.substring(9, 12)), chunked, length);
                }
                chunked |= header.startsWith("transfer-encoding:") && header.contains("chunked");
                if (header.startsWith("content-length:")) {
                    length = Optional.of(Integer.parseInt(header.substring(15).strip()));
                }
            }
            throw new IOException("an answer with more than " + LINES_MAX + " headers");
        }

        static String line(InputStream in) throws IOException {
            StringBuilder text = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0 || text.length() > LINE_BYTES_MAX) {
                    throw new IOException("the answer broke off");
                }
                if (c != '\r') {
                    text.append((char) c);
                }
            }
            return text.toString();
        }
    }

    /** RFC 9112 §7.1, reading side, for answers of our own server. */
    private static final class ChunkedBody extends InputStream {
        private final InputStream in;
        private long left;
        private boolean ended;
        private boolean first = true;

        ChunkedBody(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (ended || (left == 0 && !next())) {
                return -1;
            }
            int n = in.read(bytes, offset, (int) Math.min(length, left));
            if (n < 0) {
                throw new IOException("the answer broke off");
            }
            left -= n;
            return n;
        }

        private boolean next() throws IOException {
            if (!first) {
                ResponseHead.line(in);
            }
            first = false;
            left = Long.parseLong(ResponseHead.line(in).strip(), 16);
            ended = left == 0;
            return !ended;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
