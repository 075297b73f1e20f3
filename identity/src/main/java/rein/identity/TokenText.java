package rein.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The text of a token: {@code rein_<id>_<secret>} for a person, {@code reinboot_<id>_<secret>} for
 * the first start. The prefix lets secret scanners find it, the id (12 hex digits) may be shown and
 * logged, the secret is 256 random bits in base64url. Its {@code toString} shows the id alone.
 *
 * @param id public
 * @param text the whole; shown once, stored nowhere
 */
record TokenText(StoredToken.Kind kind, String id, String text) {
    private static final int ID_BYTES = 6;
    private static final int SECRET_BYTES = 32;
    private static final Pattern FORM =
            Pattern.compile("(rein|reinboot)_([0-9a-f]{12})_[A-Za-z0-9_-]{43}");

    static TokenText generate(StoredToken.Kind kind, RandomGenerator random) {
        byte[] idBytes = new byte[ID_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(idBytes);
        random.nextBytes(secret);
        String id = HexFormat.of().formatHex(idBytes);
        String encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        return new TokenText(kind, id, prefix(kind) + "_" + id + "_" + encoded);
    }

    /** Empty when this is not the form of a token. */
    static Optional<TokenText> parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        StoredToken.Kind kind =
                text.startsWith(prefix(StoredToken.Kind.BOOTSTRAP) + "_")
                        ? StoredToken.Kind.BOOTSTRAP
                        : StoredToken.Kind.PERSON;
        return Optional.of(
                new TokenText(
                        kind, text.substring(prefix(kind).length() + 1).substring(0, 12), text));
    }

    /**
     * SHA-256 of the whole text. One fast round is enough: slow hashes exist because people choose
     * passwords from few; nobody can try the 2^256 secrets of a random token, and a slow hash would
     * only let strangers burn our processor.
     */
    String hash() {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(text.getBytes(US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Compares all digits, however early they differ. */
    static boolean sameHash(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(US_ASCII), other.getBytes(US_ASCII));
    }

    private static String prefix(StoredToken.Kind kind) {
        return switch (kind) {
            case PERSON -> "rein";
            case BOOTSTRAP -> "reinboot";
        };
    }

    @Override
    public String toString() {
        return prefix(kind) + "_" + id + "_…";
    }
}
