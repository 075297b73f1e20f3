package rein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.junit.jupiter.api.Test;

/** What is in the archive, what is not, and who may do what with it. */
final class ArchiveTest {
    @Test
    void holdsWhatAnOperatorNeedsAndNothingElse() throws IOException {
        SortedSet<String> top = new TreeSet<>();
        for (String name : Built.entries().keySet()) {
            top.add(name.replaceAll("/.*", "/"));
        }
        top.remove("");
        assertThat(top)
                .containsExactly(
                        "LIMITS.md",
                        "README.md",
                        "apparmor-rein",
                        "bin/",
                        "install.sh",
                        "lib/",
                        "licences/",
                        "rein.yaml",
                        "release",
                        "runtime/",
                        "sbom.cdx.json",
                        "systemd/",
                        "uninstall.sh");
        assertThat(Built.entries().keySet())
                .contains(
                        "bin/rein",
                        "lib/end-runs.sh",
                        "lib/installed.sh",
                        "lib/proxy.sh",
                        "lib/rein-server-0.1.0.jar",
                        "licences/PostgreSQL.txt",
                        "runtime/bin/java",
                        "runtime/legal/java.base/LICENSE",
                        "systemd/rein.service")
                .doesNotContain("lib/rein.aot", "runtime/lib/security/cacerts");
    }

    @Test
    void everybodyMayReadAndRunItAndOnlyRootOwnsIt() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, TarArchiveEntry> each : Built.entries().entrySet()) {
            TarArchiveEntry entry = each.getValue();
            int mode = entry.getMode() & 0777;
            boolean fits =
                    entry.isSymbolicLink() || mode == 0755 || (mode == 0644 && entry.isFile());
            if (!fits
                    || entry.getLongUserId() != 0
                    || entry.getLongGroupId() != 0
                    || !entry.getLastModifiedTime().toInstant().equals(Built.TIME)) {
                wrong.add(each.getKey() + " " + Integer.toOctalString(entry.getMode()));
            }
        }
        assertThat(wrong).isEmpty();
        SortedMap<String, TarArchiveEntry> entries = Built.entries();
        for (String program :
                List.of(
                        "bin/rein",
                        "install.sh",
                        "uninstall.sh",
                        "lib/end-runs.sh",
                        "runtime/bin/java",
                        "runtime/lib/jspawnhelper")) {
            assertThat(entries)
                    .hasEntrySatisfying(
                            program,
                            entry ->
                                    assertThat(entry.getMode() & 0777).as(program).isEqualTo(0755));
        }
    }

    @Test
    void theRuntimeHasTheModulesThatTheJarsMention() throws IOException {
        SortedSet<String> wanted = RuntimeImage.modulesOf(jars());
        assertThat(wanted).contains("java.base", "java.sql").doesNotContain("java.desktop");
        SortedSet<String> there = new TreeSet<>();
        Machine.output(List.of(Built.folder() + "/runtime/bin/java", "--list-modules"))
                .lines()
                .forEach(line -> there.add(line.replaceAll("@.*", "")));
        assertThat(there).containsAll(wanted);
    }

    @Test
    void theBillOfMaterialsNamesEveryJarAndWhatIsNoJar() throws IOException {
        List<Sbom.Component> components =
                Sbom.read(Built.folder().resolve("sbom.cdx.json")).components();
        List<String> files =
                components.stream().map(each -> each.name() + "-" + each.version()).toList();
        for (Path jar : jars()) {
            assertThat(files).contains(jar.getFileName().toString().replaceAll("\\.jar$", ""));
        }
        assertThat(files).contains("postgresql-18.6", "openssl-1.1.1");
        assertThat(components).anyMatch(each -> each.name().equals("OpenJDK"));
        assertThat(components)
                .filteredOn(each -> !each.group().equals("rein"))
                .allSatisfy(each -> assertThat(each.licence()).as(each.name()).isNotBlank());
    }

    @Test
    void noFileNamesTheMachineThatBuiltIt() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path path : Tree.below(Built.folder())) {
            if (Files.isRegularFile(path) && !path.toString().endsWith(".jar")) {
                String text = Files.readString(path, StandardCharsets.ISO_8859_1);
                if (text.contains(Built.PROJECT.toString())) {
                    wrong.add(path.toString());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static List<Path> jars() throws IOException {
        try (Stream<Path> files = Files.list(Built.folder().resolve("lib"))) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
    }
}
