package rein.audit.verify;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;

/**
 * The Merkle tree of RFC 9162, grown leaf by leaf with a stack of perfect subtrees (§2.1.2). Each
 * node whose height is a multiple of eight belongs to a tile and is handed out.
 */
final class GrowingTree {
    /** Takes one hash of a tile: node {@code number} of that level, counted from 0. */
    @FunctionalInterface
    interface TileNodes {
        void node(int level, long number, byte[] hash);
    }

    private static final class Subtree {
        private final int height;
        private final byte[] hash;

        private Subtree(int height, byte[] hash) {
            this.height = height;
            this.hash = hash;
        }

        int height() {
            return height;
        }

        byte[] hash() {
            return hash;
        }
    }

    private static final int TILE_HEIGHT = 8;
    private final MessageDigest sha256;
    private final TileNodes nodes;
    private final ArrayDeque<Subtree> stack = new ArrayDeque<>();
    private long size;

    GrowingTree(TileNodes nodes) {
        this.nodes = nodes;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    long size() {
        return size;
    }

    void add(byte[] bytes, int from, int length) {
        sha256.update((byte) 0);
        sha256.update(bytes, from, length);
        Subtree newest = new Subtree(0, sha256.digest());
        nodes.node(0, size, newest.hash());
        while (!stack.isEmpty() && stack.peek().height() == newest.height()) {
            newest = new Subtree(newest.height() + 1, join(stack.pop().hash(), newest.hash()));
            if (newest.height() % TILE_HEIGHT == 0) {
                nodes.node(newest.height() / TILE_HEIGHT, size >> newest.height(), newest.hash());
            }
        }
        stack.push(newest);
        size++;
    }

    byte[] root() {
        if (stack.isEmpty()) {
            return sha256.digest();
        }
        byte[] root = new byte[0];
        for (Subtree subtree : stack) { // smallest first
            root = root.length == 0 ? subtree.hash() : join(subtree.hash(), root);
        }
        return root;
    }

    private byte[] join(byte[] left, byte[] right) {
        sha256.update((byte) 1);
        sha256.update(left);
        return sha256.digest(right);
    }
}
