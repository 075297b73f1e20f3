package rein.inspect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import rein.inspect.rule.Rule;

/**
 * A text that comes in pieces. Bytes are given back once nothing that begins in them can still
 * become a match: held back is at most what the longest rule could need, and the word or encoded
 * run that is not at its end, and a quarter more. Found is what a scan of the whole text finds, as
 * long as no word is longer than {@link #HELD_BYTES_MAX}.
 *
 * <p>Used by one thread at a time.
 */
public final class InspectorStream {
    /** A longer run without a space is let go of in parts. */
    public static final int HELD_BYTES_MAX = 64 * 1024;

    /**
     * What is held is looked at again when a quarter as much has come. Else whoever sends a long
     * word byte by byte would have all of it looked at for each.
     */
    private static final int NEW_PART = 4;

    /** What went before is kept for context words and for the edge of a word. */
    private static final int BEFORE_BYTES = Rule.CONTEXT_BYTES + 32;

    private final Inspector inspector;
    private final SortedSet<String> unfinished = new TreeSet<>();
    private byte[] buffer = new byte[8 * 1024];

    /** Bytes in the buffer; the first {@code before} of them are given back already. */
    private int length;

    private int before;

    /** So many bytes of the buffer were looked at when it was last looked at. */
    private int looked;

    private int looks;

    /** Where the buffer begins in the text. */
    private long offset;

    InspectorStream(Inspector inspector) {
        this.inspector = inspector;
    }

    /**
     * What can be given on: the next bytes of the text, and the matches in them, at places in the
     * whole text.
     */
    public static final class Released {
        private final byte[] bytes;
        private final List<Match> matches;

        Released(byte[] bytes, List<Match> matches) {
            this.bytes = bytes;
            this.matches = matches;
        }

        public byte[] bytes() {
            return bytes;
        }

        public List<Match> matches() {
            return matches;
        }
    }

    /** Takes the next piece. */
    public Released accept(byte[] piece, int from, int to) {
        append(piece, from, to);
        if ((length - looked) * NEW_PART < looked - before) {
            return new Released(new byte[0], List.of());
        }
        looked = length;
        looks++;
        Inspector.Look look = inspector.look(buffer, length);
        int open = Math.min(look.openFrom(), wordStart()) - inspector.beforeNumbers();
        return release(look.scan(), Math.max(before, open));
    }

    /** There is no more. */
    public Released finish() {
        return release(inspector.scan(buffer, length), length);
    }

    /** Rules that were not tried everywhere so far. */
    public SortedSet<String> unfinished() {
        return unfinished;
    }

    /** How often the buffer was looked at. */
    int looks() {
        return looks;
    }

    private void append(byte[] piece, int from, int to) {
        int more = to - from;
        if (length + more > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
        }
        System.arraycopy(piece, from, buffer, length, more);
        length += more;
    }

    /** Where the word begins that the buffer ends in. */
    private int wordStart() {
        int i = length;
        while (i > before && length - i < HELD_BYTES_MAX && !isSpace(buffer[i - 1])) {
            i--;
        }
        return length - i < HELD_BYTES_MAX ? i : length;
    }

    private static boolean isSpace(byte b) {
        return b >= 0 && b <= ' ';
    }

    private Released release(Scan scan, int end) {
        if (end == before) {
            return new Released(new byte[0], List.of());
        }
        unfinished.addAll(scan.unfinished());
        int safe = end;
        List<Match> matches = new ArrayList<>();
        for (Match match : scan.matches()) {
            if (match.start() >= before && match.start() < end) {
                if (match.end() > end) {
                    safe = (int) Math.min(safe, match.start());
                } else {
                    matches.add(match.moved(offset));
                }
            }
        }
        int released = safe;
        matches.removeIf(match -> match.end() > offset + released);
        byte[] bytes = Arrays.copyOfRange(buffer, before, released);
        int dropped = Math.max(0, released - BEFORE_BYTES);
        System.arraycopy(buffer, dropped, buffer, 0, length - dropped);
        length -= dropped;
        looked -= dropped;
        before = released - dropped;
        offset += dropped;
        return new Released(bytes, matches);
    }
}
