package rein.audit;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * The right edge of the growing tree: for each level of tiles, the tile that is not full yet. Hands
 * each full tile to a sink. Used by one thread.
 *
 * <p>INVARIANT: a sink that throws leaves the frontier as it was, so that the same leaf can be
 * added again later.
 */
final class Frontier {
    /** Takes the hashes of one tile, 32 bytes each. */
    @FunctionalInterface
    interface TileSink {
        void tile(int level, long number, byte[] hashes) throws IOException;
    }

    /** Gives the hashes of a full tile. */
    @FunctionalInterface
    interface TileSource {
        byte[] tile(int level, long number) throws IOException;
    }

    private static final class Level {
        private final byte[] hashes = new byte[TilePath.WIDTH * TreeHash.BYTES];
        private int width;
        private long number;
    }

    private final TreeHash hash;
    private final List<Level> levels = new ArrayList<>();
    private long size;

    Frontier(TreeHash hash) {
        this.hash = hash;
    }

    /**
     * The frontier of a tree whose first leaves are all in full tiles.
     *
     * @param size a multiple of 256
     */
    static Frontier restored(TreeHash hash, long size, TileSource source) throws IOException {
        Frontier frontier = new Frontier(hash);
        frontier.size = size;
        for (int level = 0; size >> (TilePath.HEIGHT * level) > 0; level++) {
            long nodes = size >> (TilePath.HEIGHT * level);
            Level edge = frontier.level(level);
            edge.number = nodes / TilePath.WIDTH;
            int width = (int) (nodes % TilePath.WIDTH);
            for (int i = 0; i < width; i++) {
                byte[] below = source.tile(level - 1, edge.number * TilePath.WIDTH + i);
                byte[] root = hash.perfect(below, 0, TilePath.WIDTH);
                System.arraycopy(root, 0, edge.hashes, i * TreeHash.BYTES, TreeHash.BYTES);
            }
            edge.width = width;
        }
        return frontier;
    }

    long size() {
        return size;
    }

    void add(byte[] leafHash, TileSink sink) throws IOException {
        add(0, leafHash, sink);
        size++;
    }

    private void add(int at, byte[] node, TileSink sink) throws IOException {
        Level level = level(at);
        System.arraycopy(node, 0, level.hashes, level.width * TreeHash.BYTES, TreeHash.BYTES);
        if (level.width + 1 == TilePath.WIDTH) {
            sink.tile(at, level.number, level.hashes.clone());
            add(at + 1, hash.perfect(level.hashes, 0, TilePath.WIDTH), sink);
            level.width = 0;
            level.number++;
        } else {
            level.width++;
        }
    }

    /** Hands out every tile that is not full and not empty. */
    void partials(TileSink sink) throws IOException {
        for (int at = 0; at < levels.size(); at++) {
            Level level = levels.get(at);
            if (level.width > 0) {
                sink.tile(
                        at,
                        level.number,
                        Arrays.copyOf(level.hashes, level.width * TreeHash.BYTES));
            }
        }
    }

    /** The Merkle tree hash of all leaves so far (RFC 9162 §2.1.1). */
    byte[] root() {
        if (size == 0) {
            return hash.empty();
        }
        // From the top level down the edge tiles list perfect subtrees, large to small. Each run of
        // equal ones is folded by the binary digits of its width; what is left is folded from the
        // right, which is what splitting at the largest power of two does.
        Deque<byte[]> subtrees = new ArrayDeque<>();
        for (int at = levels.size() - 1; at >= 0; at--) {
            Level level = levels.get(at);
            int from = 0;
            for (int part = TilePath.WIDTH / 2; part > 0; part /= 2) {
                if ((level.width & part) != 0) {
                    subtrees.push(hash.perfect(level.hashes, from, part));
                    from += part;
                }
            }
        }
        byte[] root = subtrees.pop();
        while (!subtrees.isEmpty()) {
            root = hash.node(subtrees.pop(), root);
        }
        return root;
    }

    private Level level(int at) {
        while (levels.size() <= at) {
            levels.add(new Level());
        }
        return levels.get(at);
    }
}
