package rein.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same sources and the same JDK make the same bytes. */
final class ReproducibleTest {
    @Test
    void aSecondBuildMakesTheSameBytes(@TempDir Path again) throws IOException {
        List<Path> jars;
        try (Stream<Path> files = Files.list(Built.folder().resolve("lib"))) {
            jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
        Path second = Built.archive(again).make(jars, Built.TARGET.resolve("jars.cdx.json"));

        assertThat(Tarball.sha256(second)).isEqualTo(Tarball.sha256(Built.file()));
        assertThat(Files.readString(Path.of(Built.file() + ".sha256")))
                .isEqualTo(Tarball.sha256(second) + "  " + second.getFileName() + "\n");
    }

    @Test
    void timesOwnersAndUmaskOfTheBuildDoNotMatter(@TempDir Path folder) throws IOException {
        Path one = tree(folder.resolve("one/rein"), "rw-r--r--", "2026-01-01T00:00:00Z");
        Path other = tree(folder.resolve("other/rein"), "rw-------", "2026-02-02T00:00:00Z");
        Path oneFile = folder.resolve("one.tar.gz");
        Path otherFile = folder.resolve("other.tar.gz");
        Tarball.write(one, oneFile, Built.TIME);
        Tarball.write(other, otherFile, Built.TIME);
        assertThat(Files.readAllBytes(oneFile)).isEqualTo(Files.readAllBytes(otherFile));
    }

    private static Path tree(Path folder, String mode, String time) throws IOException {
        Files.createDirectories(folder.resolve("b"));
        for (String name : List.of("b/z", "a", "b/y")) {
            Path file = Files.writeString(folder.resolve(name), name);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
            Files.setLastModifiedTime(file, FileTime.from(Instant.parse(time)));
        }
        Files.createSymbolicLink(folder.resolve("link"), Path.of("b/z"));
        return folder;
    }
}
