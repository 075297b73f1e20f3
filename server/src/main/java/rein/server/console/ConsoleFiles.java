package rein.server.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import rein.server.http.Exchange;
import rein.server.http.HttpDoor;

/**
 * The built console, held in memory and sent with headers under which nothing but its own files can
 * run. A build without it says why, in one sentence. What is no file is a screen: the page itself
 * reads the address.
 */
public final class ConsoleFiles implements HttpDoor.Answering {
    /** Where the console's build leaves its files; {@code files.txt} names each. */
    private static final String FOLDER = "/rein/console/";

    /** CSP Level 3 and Trusted Types: own files only, no string becomes script or markup. */
    static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
                    + "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
                    + "require-trusted-types-for 'script'; trusted-types 'none'";

    private static final Map<String, String> HEADERS = headers();
    private static final String FOREVER = "public, max-age=31536000, immutable";

    /** Below this a compressed answer is not worth its header. */
    private static final int COMPRESSED_BYTES_MIN = 1024;

    /** One file as it is sent; never changed. */
    private static final class Asset {
        private final String type;
        private final byte[] plain;
        private final Optional<byte[]> gzip;

        private Asset(String type, byte[] plain) throws IOException {
            this.type = type;
            this.plain = plain;
            this.gzip = gzip(type, plain);
        }
    }

    private final SortedMap<String, Asset> assets;
    private final String absence;

    private ConsoleFiles(SortedMap<String, Asset> assets, String absence) {
        this.assets = assets;
        this.absence = absence;
    }

    /** The console of this build, or why there is none. */
    public static ConsoleFiles ofThisBuild() throws IOException {
        SortedMap<String, Asset> assets = new TreeMap<>();
        Optional<byte[]> names = resource("files.txt");
        if (names.isPresent()) {
            for (String name : text(names.get()).lines().filter(line -> !line.isBlank()).toList()) {
                byte[] plain =
                        resource(name)
                                .orElseThrow(() -> new IOException("the console lacks " + name));
                assets.put("/" + name, new Asset(type(name), plain));
            }
        }
        String why =
                resource("absent.txt")
                        .map(ConsoleFiles::text)
                        .map(String::strip)
                        .orElse("This build of Rein holds no console.");
        return new ConsoleFiles(Collections.unmodifiableSortedMap(assets), why);
    }

    /** Whether there is a console; if not, why. */
    public Optional<String> absence() {
        return assets.containsKey("/index.html") ? Optional.empty() : Optional.of(absence);
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        if (!List.of("GET", "HEAD").contains(exchange.method())) {
            say(exchange, 405, "The console is only read: GET.");
            return;
        }
        if (absence().isPresent()) {
            say(exchange, 503, absence);
            return;
        }
        Optional<Asset> named = Optional.ofNullable(assets.get(exchange.path()));
        boolean screen = named.isEmpty() && !exchange.path().contains(".");
        Optional<Asset> found = screen ? Optional.ofNullable(assets.get("/index.html")) : named;
        if (found.isEmpty()) {
            say(exchange, 404, "The console has no file " + exchange.path() + ".");
            return;
        }
        HEADERS.forEach(exchange::answerHeader);
        exchange.answerHeader("Vary", "Accept-Encoding");
        if (exchange.path().startsWith("/assets/")) {
            // Their names hold a hash of what is in them.
            exchange.answerHeader("Cache-Control", FOREVER);
        }
        boolean compressed =
                found.get().gzip.isPresent()
                        && exchange.header("Accept-Encoding").orElse("").contains("gzip");
        if (compressed) {
            exchange.answerHeader("Content-Encoding", "gzip");
        }
        byte[] body = compressed ? found.get().gzip.orElseThrow() : found.get().plain;
        exchange.respond(
                200, found.get().type, exchange.method().equals("HEAD") ? new byte[0] : body);
    }

    private static void say(Exchange exchange, int status, String sentence) throws IOException {
        HEADERS.forEach(exchange::answerHeader);
        exchange.respond(
                status,
                "text/plain; charset=utf-8",
                (sentence + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("Cross-Origin-Opener-Policy", "same-origin");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.put("X-Frame-Options", "DENY");
        return Collections.unmodifiableMap(headers);
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> "text/html; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "svg" -> "image/svg+xml";
            case "woff2" -> "font/woff2";
            case "txt" -> "text/plain; charset=utf-8";
            default -> "application/octet-stream";
        };
    }

    private static Optional<byte[]> gzip(String type, byte[] plain) throws IOException {
        if (type.startsWith("font/") || plain.length < COMPRESSED_BYTES_MIN) {
            return Optional.empty();
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return Optional.of(out.toByteArray());
    }

    private static Optional<byte[]> resource(String name) throws IOException {
        try (InputStream in = ConsoleFiles.class.getResourceAsStream(FOLDER + name)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
