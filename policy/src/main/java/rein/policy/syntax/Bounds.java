package rein.policy.syntax;

/** The bounds of the policy language, each with its reason. */
public final class Bounds {
    /** A text of 5,000 ordinary policies fits; a larger one is a mistake or an attack. */
    public static final int TEXT_CHARS_MAX = 1_048_576;

    /** Cedar services bound a store at some thousands; 10,000 still index in under a second. */
    public static final int POLICIES_MAX = 10_000;

    /**
     * Height of an expression's tree, and depth of brackets. People write 10; each level costs
     * about ten stack frames in the parser, so 200 fit into the smallest stack we run on.
     */
    public static final int NESTING_MAX = 200;

    /** As in Cedar's grammar: at most four {@code !} or {@code -} in a row. */
    public static final int UNARY_MAX = 4;

    /** More problems than this help nobody; the first ones are shown. */
    public static final int PROBLEMS_MAX = 20;

    private Bounds() {}
}
