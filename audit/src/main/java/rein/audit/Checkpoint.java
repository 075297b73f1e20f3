package rein.audit;

import java.util.Base64;
import java.util.HexFormat;

/**
 * A signed statement of the tree's size and root (C2SP tlog-checkpoint).
 *
 * @param note the whole signed note, as it is stored and handed out
 */
public record Checkpoint(long size, String rootBase64, String note) {

    static Checkpoint sign(String origin, long size, byte[] root, LogKey key) {
        String base64 = Base64.getEncoder().encodeToString(root);
        String text = origin + "\n" + size + "\n" + base64 + "\n";
        return new Checkpoint(size, base64, text + "\n" + key.signatureLine(text));
    }

    /** Reads back a checkpoint that this key signed. */
    static Checkpoint read(String note, String origin, LogKey key) throws AuditException {
        int gap = note.lastIndexOf("\n\n");
        String text = gap < 0 ? "" : note.substring(0, gap + 1);
        String[] lines = text.split("\n", -1);
        if (lines.length != 4 || !lines[0].equals(origin) || !lines[1].matches("[0-9]{1,18}")) {
            throw new AuditException(
                    AuditException.Code.DAMAGED,
                    "The checkpoint is not one of the log " + origin + ". Restore the folder.");
        }
        if (!key.verifies(text, note.substring(gap + 2))) {
            throw new AuditException(
                    AuditException.Code.KEY,
                    "The checkpoint was not signed with the key "
                            + key.keyId()
                            + ". Restore the log's key, or the folder.");
        }
        return new Checkpoint(Long.parseLong(lines[1]), lines[2], note);
    }

    public String rootHex() {
        return HexFormat.of().formatHex(Base64.getDecoder().decode(rootBase64));
    }
}
