package rein.policy.schema;

/** The bounds of schemas and of JSON texts, each with its reason. */
final class SchemaBounds {
    /** A schema of some hundred entity types has 100,000 characters; requests are smaller. */
    static final int TEXT_CHARS_MAX = 1_048_576;

    /** Brackets within brackets, and types within types. People write 5. */
    static final int DEPTH_MAX = 64;

    /**
     * Parts of one type with all common types written out. Common types that double each other
     * would otherwise grow without end in a few lines.
     */
    static final int TYPE_PARTS_MAX = 10_000;

    /** Names declared in one schema. */
    static final int DECLARATIONS_MAX = 5_000;

    /** Kinds of request (principal type × action × resource type) that one schema allows. */
    static final int SHAPES_MAX = 100_000;

    /** Entities of one JSON text; a request's slice has some dozens. */
    static final int ENTITIES_MAX = 10_000;

    private SchemaBounds() {}
}
