package rein.dist;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Packs what this build has made, for the architecture that it runs on. Called by the build with
 * the project's folder, the folder to write to, the version, the file of the SBOM and the time that
 * every file gets.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 5) {
            throw new IllegalArgumentException(
                    "needs PROJECT TARGET VERSION SBOM TIME, not " + List.of(arguments));
        }
        Optional<Architecture> architecture = Architecture.ofThisMachine();
        if (architecture.isEmpty()) {
            System.out.println(
                    "No archive is made for "
                            + System.getProperty("os.arch")
                            + ": there are no PostgreSQL programs for it here.");
            return;
        }
        Path made =
                new Archive(
                                Path.of(arguments[0]),
                                Path.of(arguments[1]),
                                arguments[2],
                                architecture.get(),
                                Instant.parse(arguments[4]))
                        .make(jars(), Path.of(arguments[3]));
        String digest = Tarball.sha256(made);
        Files.writeString(
                made.resolveSibling(made.getFileName() + ".sha256"),
                digest + "  " + made.getFileName() + "\n",
                StandardCharsets.US_ASCII);
        System.out.printf("%s  %s  %,d bytes%n", digest, made.getFileName(), Files.size(made));
    }

    /** The class path of this process is that of the product and this module's own classes. */
    private static List<Path> jars() {
        return Arrays.stream(System.getProperty("java.class.path").split(":", -1))
                .filter(entry -> entry.endsWith(".jar"))
                .map(Path::of)
                .sorted()
                .toList();
    }
}
