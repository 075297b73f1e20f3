package rein.policy.format;

import java.util.List;

/**
 * A text whose line breaks are not decided yet (after Wadler, "A prettier printer", 2003). A group
 * is laid on one line if it fits, else every {@link Line} directly in it is a line break.
 */
sealed interface Doc {
    /** Printed as it is. */
    record Text(String text) implements Doc {}

    /** A blank that is never a line break, and nothing at the beginning of a line. */
    record Space() implements Doc {}

    /**
     * A line break, or on one line a blank or nothing.
     *
     * @param flat what it is when its group fits
     */
    record Line(String flat) implements Doc {}

    /** Always a line break, and {@code blank} for an empty line above. */
    record Break(boolean blank) implements Doc {}

    /** A comment; nothing else follows it on its line, and no group with one fits on a line. */
    record Comment(String text, boolean alone) implements Doc {}

    record Concat(List<Doc> parts) implements Doc {}

    record Nest(int columns, Doc of) implements Doc {}

    record Group(Doc of) implements Doc {}

    static Doc of(Doc... parts) {
        return new Concat(List.of(parts));
    }

    static Doc group(Doc... parts) {
        return new Group(of(parts));
    }

    static Doc nest(int columns, Doc... parts) {
        return new Nest(columns, of(parts));
    }
}
