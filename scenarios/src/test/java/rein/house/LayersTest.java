package rein.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Who may know whom. The table is the documentation: a star around the vocabulary, wired by the
 * server alone.
 */
final class LayersTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Set<String> VOCABULARY = Set.of("vocabulary");

    /** Stage → the stages it may know. Every stage knows the JDK and its own library besides. */
    private static final Map<String, Set<String>> MAY_KNOW =
            Map.ofEntries(
                    Map.entry("vocabulary", Set.of()),
                    Map.entry("testkit", VOCABULARY),
                    Map.entry("registry", VOCABULARY),
                    Map.entry("identity", VOCABULARY),
                    Map.entry("policy", VOCABULARY),
                    Map.entry("inspect", VOCABULARY),
                    Map.entry("gateway", VOCABULARY),
                    Map.entry("sandbox", VOCABULARY),
                    Map.entry("audit", VOCABULARY),
                    Map.entry("detect", VOCABULARY),
                    Map.entry("respond", VOCABULARY),
                    Map.entry(
                            "server",
                            Set.of(
                                    "vocabulary",
                                    "registry",
                                    "identity",
                                    "policy",
                                    "inspect",
                                    "gateway",
                                    "sandbox",
                                    "audit",
                                    "detect",
                                    "respond")));

    @Test
    void everyStageKnowsOnlyWhomTheTableNames() throws IOException {
        SortedSet<String> wrong = new TreeSet<>();
        for (Map.Entry<String, Set<String>> row : MAY_KNOW.entrySet()) {
            for (Path file : classes(row.getKey())) {
                for (String stage : stagesKnownBy(file)) {
                    if (!stage.equals(row.getKey()) && !row.getValue().contains(stage)) {
                        wrong.add(
                                row.getKey()
                                        + " must not know "
                                        + stage
                                        + ": "
                                        + file.getFileName());
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void theTableNamesEveryModule() throws IOException {
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        List<String> modules =
                pom.lines()
                        .map(String::strip)
                        .filter(line -> line.startsWith("<module>"))
                        .map(line -> line.replaceAll("</?module>", ""))
                        // Around the product: one packs it, one tries it, one is files without a
                        // class.
                        .filter(module -> !Set.of("dist", "scenarios", "console").contains(module))
                        .toList();
        assertThat(MAY_KNOW.keySet()).containsExactlyInAnyOrderElementsOf(modules);
    }

    @Test
    void theVerifierSharesNoCodeWithTheWriter() throws IOException {
        SortedSet<String> wrong = new TreeSet<>();
        for (Path file : classes("audit")) {
            if (file.toString().contains("/rein/audit/verify/")) {
                for (String name : namesIn(file)) {
                    if (name.startsWith("rein/audit/") && !name.startsWith("rein/audit/verify/")) {
                        wrong.add(file.getFileName() + " knows " + name);
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static List<Path> classes(String stage) throws IOException {
        Path folder = ROOT.resolve(stage).resolve("target/classes");
        assertThat(folder).isDirectory();
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(".class")).toList();
            assertThat(found).as("classes of " + stage).isNotEmpty();
            return found;
        }
    }

    private static SortedSet<String> stagesKnownBy(Path file) throws IOException {
        SortedSet<String> stages = new TreeSet<>();
        for (String name : namesIn(file)) {
            String[] parts = name.split("/", -1);
            if (parts.length > 2 && parts[0].equals("rein")) {
                stages.add(parts[1]);
            }
        }
        return stages;
    }

    /** Internal names of all classes that a class file mentions. */
    private static SortedSet<String> namesIn(Path file) throws IOException {
        SortedSet<String> names = new TreeSet<>();
        for (PoolEntry entry : ClassFile.of().parse(file).constantPool()) {
            if (entry instanceof ClassEntry named) {
                names.add(named.asInternalName().replaceAll("^\\[*L?|;$", ""));
            }
        }
        return names;
    }
}
