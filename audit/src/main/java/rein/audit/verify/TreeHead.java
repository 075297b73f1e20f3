package rein.audit.verify;

import java.util.Base64;

/**
 * A checkpoint (C2SP tlog-checkpoint).
 *
 * @param rootBase64 of the root hash, 32 bytes
 */
record TreeHead(String origin, long size, String rootBase64, SignedNote note) {
    private static final int ROOT_BYTES = 32;

    /**
     * Reads a checkpoint.
     *
     * @throws IllegalArgumentException if it is not one, with what is wrong
     */
    static TreeHead parse(String text) {
        SignedNote note = SignedNote.parse(text);
        // Lines after the third are extensions, which are signed and have no meaning here.
        String[] lines = note.text().split("\n", -1);
        if (lines.length < 4 || lines[0].isEmpty() || !lines[1].matches("0|[1-9][0-9]{0,17}")) {
            throw new IllegalArgumentException("not a checkpoint (origin, size, root)");
        }
        if (Base64.getDecoder().decode(lines[2]).length != ROOT_BYTES) {
            throw new IllegalArgumentException("the checkpoint's root is not a SHA-256 hash");
        }
        return new TreeHead(lines[0], Long.parseLong(lines[1]), lines[2], note);
    }
}
