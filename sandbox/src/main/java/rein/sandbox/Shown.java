package rein.sandbox;

/**
 * One place of the file system as a run finds it.
 *
 * @param path in the run
 * @param mode one of the words below, or of {@link Guard.Kind} in lower case
 * @param why for people
 */
public record Shown(String path, String mode, String why) {
    static final String READ_ONLY = "read-only";
    static final String READ_WRITE = "read-write";
    static final String OWN = "own";
}
