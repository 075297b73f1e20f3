package rein.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The Ed25519 key pair of one log (C2SP signed-note, "Ed25519 signatures"), kept in a file that
 * only its owner may read. Safe for any thread.
 */
public final class LogKey {
    private static final String HEADER = "rein-log-key 1";
    private static final byte ED25519 = 1;
    private static final int PUBLIC_KEY_BYTES = 32;
    private final String name;
    private final PrivateKey privateKey;
    private final PublicKey publicKey;

    private LogKey(String name, PrivateKey privateKey, PublicKey publicKey) {
        this.name = name;
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    /** Reads the key, or makes one if there is no file and {@code mayCreate}. */
    static LogKey at(Path file, String name, boolean mayCreate, LogFiles files, SecureRandom random)
            throws AuditException {
        try {
            if (Files.exists(file)) {
                return read(file, name);
            }
            if (!mayCreate) {
                throw new AuditException(
                        AuditException.Code.KEY,
                        "The log's key "
                                + file
                                + " is missing, and the log has records already. Restore the key;"
                                + " a new key would break the proof.");
            }
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(255, random);
            KeyPair pair = generator.generateKeyPair();
            Base64.Encoder base64 = Base64.getEncoder();
            String text =
                    HEADER
                            + "\n"
                            + name
                            + "\n"
                            + base64.encodeToString(pair.getPrivate().getEncoded())
                            + "\n"
                            + base64.encodeToString(pair.getPublic().getEncoded())
                            + "\n";
            files.replace(file, text.getBytes(StandardCharsets.US_ASCII), true);
            return new LogKey(name, pair.getPrivate(), pair.getPublic());
        } catch (NoRoomException e) {
            throw new AuditException(
                    AuditException.Code.DISK_FULL, "There is no room to make the log's key.", e);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new AuditException(
                    AuditException.Code.KEY,
                    "The log's key " + file + " cannot be used: " + e.getMessage(),
                    e);
        }
    }

    private static LogKey read(Path file, String name)
            throws IOException, GeneralSecurityException, AuditException {
        Set<PosixFilePermission> allowed =
                Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        if (!allowed.containsAll(Files.getPosixFilePermissions(file))) {
            throw new AuditException(
                    AuditException.Code.KEY,
                    "Others may read the log's key: chmod 600 " + file + " and start again.");
        }
        List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
        if (lines.size() != 4 || !lines.get(0).equals(HEADER) || !lines.get(1).equals(name)) {
            throw new AuditException(
                    AuditException.Code.KEY, file + " is not the key of the log " + name + ".");
        }
        KeyFactory factory = KeyFactory.getInstance("Ed25519");
        Base64.Decoder base64 = Base64.getDecoder();
        return new LogKey(
                name,
                factory.generatePrivate(new PKCS8EncodedKeySpec(base64.decode(lines.get(2)))),
                factory.generatePublic(new X509EncodedKeySpec(base64.decode(lines.get(3)))));
    }

    /** The 32 bytes of RFC 8032, which end the X.509 form. */
    private byte[] publicBytes() {
        byte[] encoded = publicKey.getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - PUBLIC_KEY_BYTES, encoded.length);
    }

    private byte[] typeAndKey() {
        return ByteBuffer.allocate(1 + PUBLIC_KEY_BYTES).put(ED25519).put(publicBytes()).array();
    }

    private byte[] idBytes() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update((name + "\n").getBytes(StandardCharsets.UTF_8));
            return Arrays.copyOf(sha256.digest(typeAndKey()), Integer.BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Eight hex digits. */
    public String keyId() {
        return HexFormat.of().formatHex(idBytes());
    }

    /** The verifier key to hand to those who check: {@code name+id+key} (signed-note). */
    public String verifierKey() {
        return name + "+" + keyId() + "+" + Base64.getEncoder().encodeToString(typeAndKey());
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    /**
     * Signs any text, for what is signed beside checkpoints (receipts).
     *
     * @return base64 of the 64 signature bytes
     */
    public String sign(byte[] message) {
        return Base64.getEncoder().encodeToString(signature(message));
    }

    /** The signature line of a signed note over this text, with its newline. */
    String signatureLine(String text) {
        byte[] signature = signature(text.getBytes(StandardCharsets.UTF_8));
        byte[] idAndSignature =
                ByteBuffer.allocate(Integer.BYTES + signature.length)
                        .put(idBytes())
                        .put(signature)
                        .array();
        return "\u2014 " + name + " " + Base64.getEncoder().encodeToString(idAndSignature) + "\n";
    }

    private byte[] signature(byte[] message) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(privateKey);
            signer.update(message);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the log's key cannot sign", e);
        }
    }

    boolean verifies(String text, String line) {
        // Ed25519 is deterministic (RFC 8032 §5.1.6): the same key makes the same line.
        return MessageDigest.isEqual(
                signatureLine(text).getBytes(StandardCharsets.UTF_8),
                line.getBytes(StandardCharsets.UTF_8));
    }
}
