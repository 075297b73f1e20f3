package rein.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The reader shares no code with the writer, nor the writer with the reader. */
class IndependenceTest {
    private static final List<String> READER_MAY =
            List.of(
                    "java/",
                    "rein/audit/verify/",
                    "rein/vocabulary/",
                    "tools/jackson/core/",
                    "org/jspecify/annotations/");

    @Test
    void theReaderReferencesNothingOfTheWriter() throws Exception {
        List<Path> classes = classes("rein/audit/verify");
        assertThat(classes).hasSizeGreaterThan(10);
        TreeSet<String> foreign = new TreeSet<>();
        for (Path file : classes) {
            for (PoolEntry entry : ClassFile.of().parse(file).constantPool()) {
                if (entry instanceof ClassEntry reference) {
                    String name = reference.asInternalName().replaceFirst("^\\[*L?", "");
                    if (name.length() > 1 && READER_MAY.stream().noneMatch(name::startsWith)) {
                        foreign.add(file.getFileName() + " → " + name);
                    }
                }
                // Descriptors and signatures name types without a class entry.
                if (entry instanceof Utf8Entry text
                        && text.stringValue().matches("(?s).*Lrein/audit/(?!verify/).*")) {
                    foreign.add(file.getFileName() + " → " + text.stringValue());
                }
            }
        }
        assertThat(foreign).isEmpty();
    }

    @Test
    void theWriterReferencesNothingOfTheReader() throws Exception {
        TreeSet<String> foreign = new TreeSet<>();
        for (Path file : classes("rein/audit")) {
            for (PoolEntry entry : ClassFile.of().parse(file).constantPool()) {
                if (entry instanceof ClassEntry reference
                        && reference.asInternalName().startsWith("rein/audit/verify/")) {
                    foreign.add(file.getFileName() + " → " + reference.asInternalName());
                }
            }
        }
        assertThat(foreign).isEmpty();
    }

    private static List<Path> classes(String folder) throws IOException, URISyntaxException {
        Path root =
                Path.of(
                        LogVerifier.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI());
        try (Stream<Path> files = Files.list(root.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".class")).sorted().toList();
        }
    }
}
