package rein.server.console;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import rein.identity.Caller;
import rein.server.http.Exchange;
import rein.vocabulary.Ticker;

/**
 * Who is signed in to the console. A session has two halves: a cookie that scripts cannot read, and
 * a key that only pages of this origin hold and send as a header. Cookies are shared by all ports
 * of a host (RFC 6265 §8.5), the key is not; a request of another site can carry the one and never
 * the other. Sessions live in memory, so a restart signs everybody out. Safe for any thread.
 */
public final class Sessions {
    /** The header that carries the key. */
    public static final String KEY_HEADER = "Rein-Session";

    /** A working day; then one signs in again. */
    static final Duration LASTS_MAX = Duration.ofHours(12);

    /** A screen that is open asks every few seconds; an hour of silence means that it is closed. */
    static final Duration IDLE_MAX = Duration.ofHours(1);

    /** Far more persons than watch one control plane; beyond it the longest silent one ends. */
    static final int SESSIONS_MAX = 1_000;

    private static final int SECRET_BYTES = 32;

    /** What a browser is given, once. */
    record Opened(String cookie, String key) {}

    private record Held(String token, String keyHash, long openedNanos, long usedNanos) {
        Held usedAt(long nanos) {
            return new Held(token, keyHash, openedNanos, nanos);
        }
    }

    private final Function<String, Caller> byToken;
    private final Ticker ticker;
    private final RandomGenerator random;
    private final Map<String, Held> byCookieHash = new ConcurrentHashMap<>();

    /**
     * @param byToken who presents this token now: a revoked token ends its sessions at once
     * @param random a {@link java.security.SecureRandom}
     */
    public Sessions(Function<String, Caller> byToken, Ticker ticker, RandomGenerator random) {
        this.byToken = byToken;
        this.ticker = ticker;
        this.random = random;
    }

    /** Opens a session for whoever holds this token; empty when the token is nobody's. */
    Optional<Opened> open(String token) {
        if (!(byToken.apply(token) instanceof Caller.Person)) {
            return Optional.empty();
        }
        makeRoom();
        Opened opened = new Opened(secret(), secret());
        long now = ticker.nanos();
        byCookieHash.put(hash(opened.cookie()), new Held(token, hash(opened.key()), now, now));
        return Optional.of(opened);
    }

    /** Whose token this is now. */
    Caller callerOf(String token) {
        return byToken.apply(token);
    }

    /** Who is calling, by the session's two halves; nobody with the reason otherwise. */
    public Caller of(Exchange exchange) {
        List<String> cookies = cookies(exchange);
        if (cookies.isEmpty()) {
            return new Caller.Nobody("Sign in, or send a token: Authorization: Bearer rein_….");
        }
        if (!sameOrigin(exchange)) {
            return new Caller.Nobody("This request comes from another site.");
        }
        Optional<String> key = exchange.header(KEY_HEADER);
        if (key.isEmpty()) {
            return new Caller.Nobody("A session needs its " + KEY_HEADER + " header.");
        }
        for (String cookie : cookies) {
            Optional<Held> held = live(hash(cookie));
            if (held.isPresent() && same(held.get().keyHash(), hash(key.get()))) {
                byCookieHash.computeIfPresent(hash(cookie), (_, now) -> now.usedAt(ticker.nanos()));
                return byToken.apply(held.get().token());
            }
        }
        return new Caller.Nobody("This session is over; sign in again.");
    }

    /** Ends the session that this request belongs to. */
    void close(Exchange exchange) {
        cookies(exchange).forEach(cookie -> byCookieHash.remove(hash(cookie)));
    }

    /** A browser that says where a request comes from says that it comes from our own pages. */
    static boolean sameOrigin(Exchange exchange) {
        Optional<String> site = exchange.header("Sec-Fetch-Site");
        if (site.isPresent() && !site.get().equals("same-origin")) {
            return false;
        }
        Optional<String> origin = exchange.header("Origin");
        if (origin.isEmpty()) {
            // A reading request of an own page has none; Fetch, "Origin header".
            return exchange.method().equals("GET") || site.isPresent();
        }
        String host = exchange.header("Host").orElse("");
        return origin.get().equals("http://" + host) || origin.get().equals("https://" + host);
    }

    /** Two Reins on one host must not sign each other out: the port is in the name. */
    static String cookieName(Exchange exchange) {
        String host = exchange.header("Host").orElse("");
        int colon = host.lastIndexOf(':');
        String port = colon < 0 ? "" : host.substring(colon + 1);
        return port.matches("[0-9]{1,5}") ? "rein-session-" + port : "rein-session";
    }

    private static List<String> cookies(Exchange exchange) {
        String name = cookieName(exchange) + "=";
        List<String> found = new ArrayList<>();
        for (String pair : exchange.header("Cookie").orElse("").split(";", -1)) {
            if (pair.strip().startsWith(name)) {
                found.add(pair.strip().substring(name.length()));
            }
        }
        return found;
    }

    private Optional<Held> live(String cookieHash) {
        Optional<Held> held = Optional.ofNullable(byCookieHash.get(cookieHash));
        if (held.isPresent() && isOver(held.get())) {
            byCookieHash.remove(cookieHash);
            return Optional.empty();
        }
        return held;
    }

    private boolean isOver(Held held) {
        long now = ticker.nanos();
        return now - held.openedNanos() > LASTS_MAX.toNanos()
                || now - held.usedNanos() > IDLE_MAX.toNanos();
    }

    private void makeRoom() {
        byCookieHash.values().removeIf(this::isOver);
        while (byCookieHash.size() >= SESSIONS_MAX) {
            byCookieHash.entrySet().stream()
                    .min(Comparator.comparingLong(entry -> entry.getValue().usedNanos()))
                    .ifPresent(entry -> byCookieHash.remove(entry.getKey()));
        }
    }

    private String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
    }

    /** Only hashes are kept, so that a look into memory or at timing opens no session. */
    private static String hash(String secret) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
