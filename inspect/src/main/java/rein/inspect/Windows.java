package rein.inspect;

import java.util.ArrayList;
import java.util.List;

/** The parts of a text around places of interest: their lines, as far as lines are short. */
final class Windows {
    /**
     * Longer than all that is looked for but keys in PEM, whose escapes are less than this apart.
     */
    private static final int REACH_BYTES = 512;

    private Windows() {}

    /** A part of a text. */
    record Window(int from, int to) {}

    /** In order, none over the next. */
    static List<Window> around(int[] places, byte[] text, int end) {
        List<Window> windows = new ArrayList<>();
        int from = -1;
        int to = -1;
        for (int place : places) {
            if (place < to) {
                to = lineEnd(to, Math.min(end, place + REACH_BYTES), text);
                continue;
            }
            int begin = Math.max(before(place, text), Math.max(to, 0));
            if (from >= 0 && begin > to) {
                windows.add(new Window(from, to));
                from = -1;
            }
            from = from < 0 ? begin : from;
            to = lineEnd(place, Math.min(end, place + REACH_BYTES), text);
        }
        if (from >= 0) {
            windows.add(new Window(from, to));
        }
        return windows;
    }

    private static int before(int place, byte[] text) {
        int i = place;
        while (i > 0 && place - i < REACH_BYTES && text[i - 1] != '\n') {
            i--;
        }
        return i;
    }

    /** The line's end, or the limit if that comes first. */
    private static int lineEnd(int from, int limit, byte[] text) {
        int i = from;
        while (i < limit && text[i] != '\n') {
            i++;
        }
        return i;
    }
}
