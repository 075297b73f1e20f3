package rein.inspect.gate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds all of many keywords in one pass (Aho and Corasick, 1975). ASCII letters match in either
 * case. One table step a byte, whatever the text; immutable and safe for any thread.
 */
public final class Automaton {
    /** With 256 columns this is 64 MB; rules of a whole organisation stay far below. */
    static final int STATES_MAX = 65_536;

    private static final int WITH_HITS = Integer.MIN_VALUE;
    private static final int[] NONE = new int[0];

    /** Hears of a keyword. */
    public interface Hits {
        /**
         * A keyword ends here.
         *
         * @param keyword its place in the list that the automaton was made of
         * @param end the offset after its last byte
         */
        void at(int keyword, int end);
    }

    /** Bytes that no keyword has share column 0. */
    private final byte[] columns = new byte[256];

    private final int width;

    /** State (as its row's start) and column to the next state; negative if keywords end there. */
    private final int[] next;

    private final int[][] ends;

    /** How many of the bytes before it a state has taken for the beginning of a keyword. */
    private final int[] depths;

    /**
     * Checks what it is given.
     *
     * @throws IllegalArgumentException if a keyword is empty, or they are too many
     */
    public Automaton(List<byte[]> keywords) {
        int columnCount = 1;
        for (byte[] keyword : keywords) {
            if (keyword.length == 0) {
                throw new IllegalArgumentException("a keyword is empty");
            }
            for (byte b : keyword) {
                int folded = fold(b & 0xff);
                if (columns[folded] == 0) {
                    columns[folded] = (byte) columnCount++;
                }
            }
        }
        for (int b = 'A'; b <= 'Z'; b++) {
            columns[b] = columns[b + 32];
        }
        width = columnCount;
        List<int[]> rows = new ArrayList<>(List.of(row()));
        List<int[]> hits = new ArrayList<>(List.of(NONE));
        List<Integer> deep = new ArrayList<>(List.of(0));
        for (int k = 0; k < keywords.size(); k++) {
            int state = 0;
            for (byte b : keywords.get(k)) {
                int column = columns[b & 0xff] & 0xff;
                if (rows.get(state)[column] < 0) {
                    rows.get(state)[column] = rows.size();
                    rows.add(row());
                    hits.add(NONE);
                    deep.add(deep.get(state) + 1);
                }
                state = rows.get(state)[column];
            }
            hits.set(state, with(hits.get(state), k));
        }
        if (rows.size() > STATES_MAX) {
            throw new IllegalArgumentException(
                    "the keywords need " + rows.size() + " states; at most " + STATES_MAX);
        }
        complete(rows, hits);
        depths = deep.stream().mapToInt(Integer::intValue).toArray();
        ends = hits.toArray(int[][]::new);
        next = new int[rows.size() * width];
        for (int state = 0; state < rows.size(); state++) {
            for (int column = 0; column < width; column++) {
                int to = rows.get(state)[column];
                next[state * width + column] = (to * width) | (ends[to].length > 0 ? WITH_HITS : 0);
            }
        }
    }

    private int[] row() {
        int[] row = new int[width == 0 ? 256 : width];
        Arrays.fill(row, -1);
        return row;
    }

    /** Missing steps lead where the longest proper suffix would (breadth first). */
    private void complete(List<int[]> rows, List<int[]> hits) {
        int[] failure = new int[rows.size()];
        ArrayDeque<Integer> open = new ArrayDeque<>();
        for (int column = 0; column < width; column++) {
            int to = rows.getFirst()[column];
            rows.getFirst()[column] = Math.max(to, 0);
            if (to > 0) {
                open.add(to);
            }
        }
        while (!open.isEmpty()) {
            int state = open.remove();
            for (int column = 0; column < width; column++) {
                int to = rows.get(state)[column];
                int otherwise = rows.get(failure[state])[column];
                if (to < 0) {
                    rows.get(state)[column] = otherwise;
                } else {
                    failure[to] = otherwise;
                    for (int hit : hits.get(otherwise)) {
                        hits.set(to, with(hits.get(to), hit));
                    }
                    open.add(to);
                }
            }
        }
    }

    private static int[] with(int[] hits, int hit) {
        int[] more = Arrays.copyOf(hits, hits.length + 1);
        more[hits.length] = hit;
        return more;
    }

    private static int fold(int b) {
        return b >= 'A' && b <= 'Z' ? b + 32 : b;
    }

    /**
     * Tells of every occurrence in {@code [from, to)}, in the order of their ends. Returns how many
     * of the last bytes may be the beginning of another.
     */
    public int scan(byte[] text, int from, int to, Hits hits) {
        int state = 0;
        for (int i = from; i < to; i++) {
            state = next[state + (columns[text[i] & 0xff] & 0xff)];
            if (state < 0) {
                state &= ~WITH_HITS;
                for (int keyword : ends[state / width]) {
                    hits.at(keyword, i + 1);
                }
            }
        }
        return depths[state / width];
    }
}
