package rein.policy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the conformance corpora: the folder in the environment variable REIN_CORPORA, else {@code
 * ../shared/corpora} beside the project. Tests run in the module's folder, so the default is looked
 * for one level higher too.
 */
public final class Corpora {
    private Corpora() {}

    public static Optional<Path> find(String file) {
        String named = System.getenv("REIN_CORPORA");
        Stream<String> folders =
                named == null || named.isBlank()
                        ? List.of("../shared/corpora", "../../shared/corpora").stream()
                        : Stream.of(named, "../" + named);
        return folders.map(folder -> Path.of(folder, file)).filter(Files::isReadable).findFirst();
    }
}
