package rein.dist;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** What the package phase has made. */
final class Built {
    static final Path TARGET = Path.of("target").toAbsolutePath();
    static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    static final Instant TIME = Instant.parse("2026-11-01T00:00:00Z");

    private Built() {}

    static Archive archive(Path target) {
        Optional<Architecture> architecture = Architecture.ofThisMachine();
        assumeTrue(
                architecture.isPresent(),
                "missing facility: an archive for " + System.getProperty("os.arch"));
        return new Archive(PROJECT, target, "0.1.0", architecture.orElseThrow(), TIME);
    }

    static Path file() {
        return TARGET.resolve(archive(TARGET).name() + ".tar.gz");
    }

    /** The folder that was packed. */
    static Path folder() {
        return TARGET.resolve(archive(TARGET).name());
    }

    /** Path below the archive's folder → its entry. */
    static SortedMap<String, TarArchiveEntry> entries() throws IOException {
        SortedMap<String, TarArchiveEntry> entries = new TreeMap<>();
        String top = archive(TARGET).name() + "/";
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file()));
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new GzipCompressorInputStream(in))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                if (!entry.getName().startsWith(top)) {
                    throw new AssertionError(entry.getName() + " is not below " + top);
                }
                entries.put(entry.getName().substring(top.length()), entry);
            }
        }
        return entries;
    }
}
