package rein.audit.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** Finds tiles and bundles under a log's folder (C2SP tlog-tiles). */
final class TileFiles {
    static final int WIDTH = 256;
    private final Path log;

    /** A file as it was found. */
    static final class Found {
        private final String where;
        private final byte[] bytes;

        private Found(String where, byte[] bytes) {
            this.where = where;
            this.bytes = bytes;
        }

        /** Path under the log's folder. */
        String where() {
            return where;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    TileFiles(Path log) {
        this.log = log;
    }

    /** The level of entry bundles. */
    static final String ENTRIES = "entries";

    /**
     * Reads a tile or bundle for a tree in which it has this width: the partial one, or the full
     * one that has replaced it.
     */
    Found read(String level, long number, int width) throws IOException {
        String full = path(level, number);
        if (width < WIDTH) {
            String partial = full + ".p/" + width;
            try {
                return new Found(partial, Files.readAllBytes(log.resolve(partial)));
            } catch (NoSuchFileException gone) {
                if (!Files.exists(log.resolve(full))) {
                    throw gone;
                }
            }
        }
        return new Found(full, Files.readAllBytes(log.resolve(full)));
    }

    static String path(String level, long number) {
        StringBuilder digits = new StringBuilder();
        String decimal = Long.toString(number);
        String padded = "0".repeat((3 - decimal.length() % 3) % 3) + decimal;
        for (int at = 0; at < padded.length(); at += 3) {
            boolean last = at + 3 == padded.length();
            digits.append(last ? "" : "x").append(padded, at, at + 3).append(last ? "" : "/");
        }
        return String.format(Locale.ROOT, "tile/%s/%s", level, digits);
    }
}
