package rein.policy.syntax;

/** The height of the expression tree that was parsed last; refuses to let one grow too high. */
final class TreeHeight {
    private final Cursor cursor;
    private int last;

    TreeHeight(Cursor cursor) {
        this.cursor = cursor;
    }

    int last() {
        return last;
    }

    /** The last tree is a leaf. */
    void leaf() {
        last = 1;
    }

    void set(int height) {
        last = height;
    }

    /** The last tree is a node above trees of which the highest has this height. */
    void grow(Position at, int highest) throws PolicyException {
        last = highest + 1;
        if (last > Bounds.NESTING_MAX) {
            throw tooDeep(at);
        }
    }

    PolicyException tooDeep(Position at) {
        return cursor.tooLarge(
                at,
                "this expression is nested deeper than " + Bounds.NESTING_MAX,
                "split it into several conditions or policies");
    }
}
