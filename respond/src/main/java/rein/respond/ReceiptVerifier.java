package rein.respond;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import rein.vocabulary.Receipt;

/** Checks receipts, with public keys by their ids. Safe for any thread. */
public final class ReceiptVerifier {
    /** The answer, with the reason where it is no. */
    public sealed interface Verification {
        record Valid(Receipt receipt) implements Verification {}

        record Invalid(String reason) implements Verification {}

        default boolean valid() {
            return this instanceof Valid;
        }
    }

    private final Map<String, PublicKey> keys;

    public ReceiptVerifier(Map<String, PublicKey> keys) {
        this.keys = Map.copyOf(keys);
    }

    /** A receipt as it lies in a file: it must be in the one form, to the last byte. */
    public Verification verify(byte[] bytes) {
        Receipt receipt;
        try {
            receipt = ReceiptJson.read(bytes);
        } catch (IllegalArgumentException malformed) {
            return new Verification.Invalid("It cannot be read: " + malformed.getMessage() + ".");
        }
        if (!Arrays.equals(bytes, ReceiptJson.write(receipt))) {
            return new Verification.Invalid("It is not in the form in which receipts are signed.");
        }
        return verify(receipt);
    }

    public Verification verify(Receipt receipt) {
        PublicKey key = keys.get(receipt.keyId());
        if (key == null) {
            return new Verification.Invalid("Nobody here knows its key, " + receipt.keyId() + ".");
        }
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(key);
            signature.update(ReceiptJson.signed(receipt));
            byte[] bytes = Base64.getDecoder().decode(receipt.signature());
            // The last base64 digit has unused bits; only one of its forms is ours (RFC 4648 §3.5).
            boolean canonical =
                    Base64.getEncoder().encodeToString(bytes).equals(receipt.signature());
            return canonical && signature.verify(bytes)
                    ? new Verification.Valid(receipt)
                    : new Verification.Invalid("Its signature is not that of its key.");
        } catch (GeneralSecurityException | IllegalArgumentException unfit) {
            return new Verification.Invalid("Its signature cannot be read.");
        }
    }
}
