package rein.audit;

import java.nio.file.Path;

/** Paths of tiles and entry bundles under a log's folder (C2SP tlog-tiles, "Merkle Tree"). */
final class TilePath {
    /** Hashes in a full tile, entries in a full bundle (tlog-tiles: tiles have height 8). */
    static final int WIDTH = 256;

    /** log2 of {@link #WIDTH}. */
    static final int HEIGHT = 8;

    private TilePath() {}

    static Path tile(Path folder, int level, long number) {
        return folder.resolve("tile").resolve(Integer.toString(level)).resolve(digits(number));
    }

    static Path bundle(Path folder, long number) {
        return folder.resolve("tile").resolve("entries").resolve(digits(number));
    }

    /** The folder of the partial versions of a tile or bundle. */
    static Path partials(Path full) {
        return full.resolveSibling(full.getFileName() + ".p");
    }

    static Path partial(Path full, int width) {
        return partials(full).resolve(Integer.toString(width));
    }

    /** 1234067 is {@code x001/x234/067}. */
    private static String digits(long number) {
        StringBuilder path = new StringBuilder(three(number));
        for (long rest = number / 1000; rest > 0; rest /= 1000) {
            path.insert(0, "x" + three(rest) + "/");
        }
        return path.toString();
    }

    private static String three(long number) {
        long last = number % 1000;
        return last < 10 ? "00" + last : last < 100 ? "0" + last : Long.toString(last);
    }
}
