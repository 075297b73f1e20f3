package rein.policy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** The official corpus of Cedar, test by test. */
public final class CorpusFiles {
    /** Under REIN_CORPORA. */
    public static final String TESTS = "cedar/corpus-tests.tar.gz";

    /** How many tests it holds. */
    public static final int COUNT = 7_809;

    private CorpusFiles() {}

    /** Gets one test: its stem, and its files by the rest of their names, as {@code .cedar}. */
    public interface Visitor {
        void visit(String stem, Map<String, byte[]> parts) throws IOException;
    }

    /** Visits every test once it is complete: policies, entities, requests. */
    public static void visit(Path corpus, Visitor visitor) throws IOException {
        // A test is three files with one stem; they come in any order, so parts wait here.
        Map<String, Map<String, byte[]>> waiting = new HashMap<>();
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(corpus));
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new GzipCompressorInputStream(raw))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                String name = entry.getName();
                int dot = name.indexOf('.', name.lastIndexOf('/'));
                if (!entry.isFile() || dot < 0 || name.endsWith(".cedarschema")) {
                    continue;
                }
                String stem = name.substring(0, dot);
                Map<String, byte[]> parts = waiting.computeIfAbsent(stem, _ -> new HashMap<>());
                parts.put(name.substring(dot), tar.readAllBytes());
                if (parts.size() == 3) {
                    waiting.remove(stem);
                    visitor.visit(stem, parts);
                }
            }
        }
        if (!waiting.isEmpty()) {
            throw new IOException("the corpus has incomplete tests: " + waiting.keySet());
        }
    }
}
