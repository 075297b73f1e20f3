package rein.server.api;

import java.util.List;

/**
 * That one record is in its log, with all that is needed to check it elsewhere.
 *
 * @param verified whether the server's own independent reader agrees
 * @param leaf base64 of {@code SHA-256(0x00 ‖ record)} (RFC 9162 §2.1.1)
 * @param size records that the checkpoint covers
 * @param root base64 of the tree's root
 * @param proof base64 hashes from the leaf to the root (RFC 9162 §2.1.3)
 * @param checkpoint the signed note, to keep elsewhere
 * @param record the leaf's bytes as text: one JSON object
 */
public record ProofView(
        String address,
        boolean verified,
        long index,
        long size,
        String leaf,
        String root,
        List<String> proof,
        String checkpoint,
        String verifierKey,
        String record) {
    public ProofView {
        proof = List.copyOf(proof);
    }
}
