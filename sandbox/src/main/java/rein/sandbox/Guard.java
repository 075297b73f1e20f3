package rein.sandbox;

/**
 * One place in a work folder that a run finds otherwise than it is.
 *
 * @param path below the work folder
 * @param why for people
 */
public record Guard(Kind kind, String path, String why) {
    /** How a run finds it. */
    public enum Kind {
        /** As it is, but it cannot be renamed or removed. */
        PINNED,
        /** It can be read. */
        READ_ONLY,
        /** A copy of the run's own, which ends with it. */
        PRIVATE,
        /** An empty file. */
        MASKED,
        /**
         * As it is: a link, which nothing can be laid over. Known, so that it is not taken for the
         * run's.
         */
        SEEN
    }
}
