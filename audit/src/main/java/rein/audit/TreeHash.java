package rein.audit;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 as the tree uses it (RFC 9162 §2.1.1). Used by one thread at a time. */
final class TreeHash {
    static final int BYTES = 32;
    private static final byte LEAF = 0;
    private static final byte NODE = 1;
    private final MessageDigest sha256;

    TreeHash() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    byte[] leaf(byte[] entry) {
        sha256.update(LEAF);
        return sha256.digest(entry);
    }

    byte[] node(byte[] left, byte[] right) {
        sha256.update(NODE);
        sha256.update(left);
        return sha256.digest(right);
    }

    /** The root of nothing: the hash of no bytes. */
    byte[] empty() {
        return sha256.digest();
    }

    /** The root over a power of two of adjacent hashes of one height. */
    byte[] perfect(byte[] hashes, int from, int count) {
        if (count == 1) {
            byte[] one = new byte[BYTES];
            System.arraycopy(hashes, from * BYTES, one, 0, BYTES);
            return one;
        }
        int half = count / 2;
        return node(perfect(hashes, from, half), perfect(hashes, from + half, half));
    }
}
