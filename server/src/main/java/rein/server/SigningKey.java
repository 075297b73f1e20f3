package rein.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
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
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * The control plane's own Ed25519 key: it signs receipts and snapshots. Kept in a 0600 file,
 * private half first, both base64.
 *
 * @param id the first eight hex digits of the public key's SHA-256
 */
record SigningKey(String id, PrivateKey secret, PublicKey open) {
    static SigningKey at(Path file, SecureRandom random) throws IOException {
        try {
            if (!Files.exists(file)) {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
                generator.initialize(255, random);
                KeyPair pair = generator.generateKeyPair();
                Base64.Encoder base64 = Base64.getEncoder();
                String text =
                        base64.encodeToString(pair.getPrivate().getEncoded())
                                + "\n"
                                + base64.encodeToString(pair.getPublic().getEncoded())
                                + "\n";
                Files.createFile(
                        file,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
                Files.writeString(file, text, StandardOpenOption.SYNC);
            }
            if (!PosixFilePermissions.fromString("rw-------")
                    .containsAll(Files.getPosixFilePermissions(file))) {
                throw new ConfigurationException(
                        file + " may be read by others; run: chmod 600 " + file);
            }
            List<String> lines = Files.readAllLines(file);
            KeyFactory keys = KeyFactory.getInstance("Ed25519");
            PublicKey open =
                    keys.generatePublic(
                            new X509EncodedKeySpec(Base64.getDecoder().decode(lines.get(1))));
            return new SigningKey(
                    digest(open),
                    keys.generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getDecoder().decode(lines.get(0)))),
                    open);
        } catch (GeneralSecurityException
                | IllegalArgumentException
                | IndexOutOfBoundsException e) {
            throw new ConfigurationException(
                    file + " is not a signing key of Rein; restore it from a copy");
        }
    }

    /** Base64 of the 64 signature bytes (RFC 8032). */
    String sign(byte[] message) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(secret);
            signer.update(message);
            return Base64.getEncoder().encodeToString(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key was read, so it signs", e);
        }
    }

    /** Whether it signed this. */
    boolean holds(byte[] message, String signature) {
        try {
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(open);
            check.update(message);
            return check.verify(Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    private static String digest(PublicKey key) throws GeneralSecurityException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
        return HexFormat.of().formatHex(digest, 0, 4);
    }

    @Override
    public String toString() {
        return "SigningKey[" + id + "]";
    }
}
