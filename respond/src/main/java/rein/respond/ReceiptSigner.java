package rein.respond;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import rein.vocabulary.Receipt;

/** Signs receipts with one Ed25519 key (RFC 8032 §5.1). Safe for any thread. */
public final class ReceiptSigner {
    private final PrivateKey key;
    private final String keyId;

    /**
     * A signer for one key, tried at once.
     *
     * @param keyId how verifiers find the public key
     * @throws IllegalArgumentException when the key cannot sign with Ed25519
     */
    public ReceiptSigner(PrivateKey key, String keyId) {
        this.key = key;
        this.keyId = keyId;
        sign(new byte[0]);
    }

    public String keyId() {
        return keyId;
    }

    /** The same receipt, with this key's id and signature. */
    Receipt sign(Receipt unsigned) {
        Receipt named = with(unsigned, "");
        return with(named, Base64.getEncoder().encodeToString(sign(ReceiptJson.signed(named))));
    }

    private Receipt with(Receipt receipt, String signature) {
        return new Receipt(
                receipt.order(),
                receipt.confirmed(),
                receipt.unconfirmed(),
                receipt.elapsedMicros(),
                receipt.recordedLate(),
                keyId,
                signature);
    }

    private byte[] sign(byte[] bytes) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(bytes);
            return signature.sign();
        } catch (GeneralSecurityException unfit) {
            throw new IllegalArgumentException("key " + keyId + " cannot sign with Ed25519", unfit);
        }
    }
}
