package rein.audit.verify;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * A signed note (C2SP signed-note).
 *
 * @param text what is signed, with its last newline
 */
record SignedNote(String text, List<SignatureLine> signatures) {
    /** A note has room for 16 large signatures (signed-note, "Format"); ours are far smaller. */
    static final int NOTE_CHARS_MAX = 128 * 1024;

    record SignatureLine(String name, String id, String signatureBase64) {}

    enum Signed {
        /** A signature of this key verifies. */
        YES,
        /** There is none of this key. */
        UNKNOWN,
        /** There is one of this key, and it does not verify. */
        WRONG
    }

    static SignedNote parse(String note) {
        int gap = note.lastIndexOf("\n\n");
        if (note.length() > NOTE_CHARS_MAX || gap < 0 || !note.endsWith("\n")) {
            throw new IllegalArgumentException("not a signed note");
        }
        List<SignatureLine> signatures = new ArrayList<>();
        for (String line : note.substring(gap + 2).lines().toList()) {
            String[] parts = line.split(" ", -1);
            if (parts.length != 3 || !parts[0].equals("\u2014")) {
                throw new IllegalArgumentException("not a signature line: " + line);
            }
            byte[] bytes = Base64.getDecoder().decode(parts[2]);
            if (bytes.length < Integer.BYTES) {
                throw new IllegalArgumentException("a signature without a key id: " + line);
            }
            signatures.add(
                    new SignatureLine(
                            parts[1],
                            HexFormat.of().formatHex(bytes, 0, Integer.BYTES),
                            Base64.getEncoder()
                                    .encodeToString(
                                            Arrays.copyOfRange(
                                                    bytes, Integer.BYTES, bytes.length))));
        }
        return new SignedNote(note.substring(0, gap + 1), List.copyOf(signatures));
    }

    Signed by(VerifierKey key) {
        Signed result = Signed.UNKNOWN;
        for (SignatureLine line : signatures) {
            if (line.name().equals(key.name()) && line.id().equals(key.id())) {
                if (!key.verifies(
                        text.getBytes(StandardCharsets.UTF_8),
                        Base64.getDecoder().decode(line.signatureBase64()))) {
                    return Signed.WRONG;
                }
                result = Signed.YES;
            }
        }
        return result;
    }
}
