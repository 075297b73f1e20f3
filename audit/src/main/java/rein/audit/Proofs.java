package rein.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Builds proofs from the tiles of a log (RFC 9162 §2.1.3.1 and §2.1.4.1). Tree sizes are those of
 * checkpoints: for others the tiles may not be there. Safe for any thread.
 */
public final class Proofs {
    private final Path log;

    public Proofs(Path log) {
        this.log = log;
    }

    /** The hashes that lead from a leaf to the root of a tree of this size, lowest first. */
    public List<byte[]> inclusion(long index, long size) throws AuditException {
        if (index < 0 || index >= size) {
            throw new AuditException(
                    AuditException.Code.UNKNOWN,
                    "There is no record " + index + " in a tree of " + size + ".");
        }
        return built(walk -> walk.path(index, 0, size));
    }

    /**
     * The hashes that show that the tree of {@code first} leaves begins the one of {@code second}.
     */
    public List<byte[]> consistency(long first, long second) throws AuditException {
        if (first < 1 || first > second) {
            throw new AuditException(
                    AuditException.Code.UNKNOWN,
                    "A tree of " + first + " does not begin one of " + second + ".");
        }
        return first == second ? List.of() : built(walk -> walk.subproof(first, 0, second, true));
    }

    /** The root of the first {@code size} leaves. */
    public byte[] root(long size) throws AuditException {
        return size == 0
                ? new TreeHash().empty()
                : built(walk -> walk.out.add(walk.range(0, size))).getFirst();
    }

    @FunctionalInterface
    private interface Building {
        void into(Walk walk) throws IOException;
    }

    private List<byte[]> built(Building building) throws AuditException {
        Walk walk = new Walk(log);
        try {
            building.into(walk);
            return List.copyOf(walk.out);
        } catch (IOException e) {
            throw new AuditException(
                    AuditException.Code.UNKNOWN,
                    "The tiles for this proof are not there: "
                            + e.getMessage()
                            + ". Ask for a tree size that has a checkpoint.",
                    e);
        }
    }

    /** One proof: remembers the tile it read last, since neighbours lie together. */
    private static final class Walk {
        private final Path log;
        private final TreeHash hash = new TreeHash();
        private final List<byte[]> out = new ArrayList<>();
        private Optional<Path> lastPath = Optional.empty();
        private byte[] last = new byte[0];

        Walk(Path log) {
            this.log = log;
        }

        /** PATH(m, D[from:to]) of RFC 9162 §2.1.3.1. */
        void path(long index, long from, long to) throws IOException {
            if (to - from == 1) {
                return;
            }
            long split = from + Long.highestOneBit(to - from - 1);
            if (index < split) {
                path(index, from, split);
                out.add(range(split, to));
            } else {
                path(index, split, to);
                out.add(range(from, split));
            }
        }

        /** SUBPROOF(m, D[from:to], b) of RFC 9162 §2.1.4.1; first counts from 0. */
        void subproof(long first, long from, long to, boolean known) throws IOException {
            if (first == to) {
                if (!known) {
                    out.add(range(from, to));
                }
                return;
            }
            long split = from + Long.highestOneBit(to - from - 1);
            if (first <= split) {
                subproof(first, from, split, known);
                out.add(range(split, to));
            } else {
                subproof(first, split, to, false);
                out.add(range(from, split));
            }
        }

        byte[] range(long from, long to) throws IOException {
            long count = to - from;
            if (Long.bitCount(count) == 1) {
                return perfect(from, Long.numberOfTrailingZeros(count));
            }
            long split = from + Long.highestOneBit(count - 1);
            return hash.node(range(from, split), range(split, to));
        }

        /** A perfect subtree of 2^height leaves, which starts at a multiple of its size. */
        private byte[] perfect(long from, int height) throws IOException {
            int level = height / TilePath.HEIGHT;
            long node = from >> (level * TilePath.HEIGHT);
            int count = 1 << (height % TilePath.HEIGHT);
            int at = (int) (node % TilePath.WIDTH);
            byte[] tile = tile(TilePath.tile(log, level, node / TilePath.WIDTH), at + count);
            return hash.perfect(tile, at, count);
        }

        private byte[] tile(Path full, int width) throws IOException {
            if (lastPath.filter(full::equals).isPresent()
                    && last.length >= width * TreeHash.BYTES) {
                return last;
            }
            byte[] found = Files.exists(full) ? Files.readAllBytes(full) : partial(full);
            if (found.length < width * TreeHash.BYTES) {
                throw new IOException(full + " holds fewer than " + width + " hashes");
            }
            lastPath = Optional.of(full);
            last = found;
            return found;
        }

        /** The widest partial tile: it begins with every narrower one. */
        private static byte[] partial(Path full) throws IOException {
            Path folder = TilePath.partials(full);
            if (!Files.isDirectory(folder)) {
                return Files.readAllBytes(full);
            }
            try (Stream<Path> files = Files.list(folder)) {
                Optional<Path> widest =
                        files.filter(file -> file.getFileName().toString().matches("[0-9]+"))
                                .max(
                                        Comparator.comparingInt(file ->
                                                Integer.parseInt(file.getFileName().toString())));
                return Files.readAllBytes(widest.orElse(full));
            }
        }
    }
}
