package rein.vocabulary;

/**
 * How much of a run Rein holds, weakest first; a run that does not reach the level it asks for is
 * not started.
 */
public enum Level {
    /** What the agent declares is recorded; nothing is enforced. */
    OBSERVE,
    /** What passes a door is decided; the agent could go around it. */
    GATEWAY,
    /** There is no way out but the doors, proven by trying. */
    CONTAINED
}
