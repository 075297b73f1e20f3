package rein.audit.verify;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A verifier key of C2SP signed-note: {@code name+id+base64(0x01 ‖ key)}.
 *
 * @param id eight hex digits
 */
public record VerifierKey(String name, String id, PublicKey key) {
    private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final int TYPED_KEY_BYTES = 33;

    /**
     * Reads a verifier key.
     *
     * @throws IllegalArgumentException if it is not one, with what is wrong
     */
    public static VerifierKey parse(String text) {
        // The base64 may hold plus signs, the name may not.
        String[] parts = text.strip().split("\\+", 3);
        if (parts.length != 3 || parts[0].isEmpty()) {
            throw new IllegalArgumentException("not a verifier key (name+id+key): " + text);
        }
        byte[] typed = Base64.getDecoder().decode(parts[2]);
        if (typed.length != TYPED_KEY_BYTES || typed[0] != 1) {
            throw new IllegalArgumentException("not an Ed25519 verifier key: " + text);
        }
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(parts[0].getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) '\n');
            String id = HexFormat.of().formatHex(sha256.digest(typed), 0, 4);
            if (!id.equals(parts[1])) {
                throw new IllegalArgumentException(
                        "the verifier key's id is " + parts[1] + " and should be " + id);
            }
            byte[] x509 = new byte[X509_PREFIX.length + TYPED_KEY_BYTES - 1];
            System.arraycopy(X509_PREFIX, 0, x509, 0, X509_PREFIX.length);
            System.arraycopy(typed, 1, x509, X509_PREFIX.length, TYPED_KEY_BYTES - 1);
            return new VerifierKey(
                    parts[0],
                    id,
                    KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(x509)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not an Ed25519 verifier key: " + text, e);
        }
    }

    boolean verifies(byte[] message, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            // Not 64 bytes, or not a point: no signature of this key.
            return false;
        }
    }
}
