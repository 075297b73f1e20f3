package rein.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.sandbox.WorkdirScan;

final class BuildScriptsTest {
    @TempDir Path folder;

    private void write(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private BuildScripts now() {
        return BuildScripts.of(folder, WorkdirScan.of(folder, BuildScripts.table()));
    }

    @Test
    void whatSomebodyRunsLaterIsComparedByContent() throws IOException {
        write("package.json", "{}");
        write("deep/Makefile", "all:\n");
        write(".github/workflows/ci.yml", "on: push\n");
        write("src/Main.java", "class Main {}");
        write("node_modules/x/package.json", "{}");
        write("gone/setup.py", "x");
        write("run.sh", "x");
        write("notes.sh", "x");
        Files.setPosixFilePermissions(
                folder.resolve("run.sh"), PosixFilePermissions.fromString("rwxr-xr-x"));
        BuildScripts before = now();
        assertThat(before.complete()).isTrue();
        assertThat(before.changes(now())).isEmpty();

        write("package.json", "{ }");
        write("deep/Makefile", "all:\n");
        write(".github/workflows/deep/ci.yml", "on: push\n");
        write("src/Main.java", "class Other {}");
        write("node_modules/x/package.json", "{ }");
        Files.delete(folder.resolve("gone/setup.py"));
        write("run.sh", "y");
        write("notes.sh", "y");
        write(".gitlab-ci.yml", "x");
        assertThat(before.changes(now()))
                .containsExactly(
                        ".github/workflows/deep/ci.yml (new)",
                        ".gitlab-ci.yml (new)",
                        "gone/setup.py (gone)",
                        "package.json",
                        "run.sh");
    }

    @Test
    void aLinkIsNotFollowedAndMoreThanTheBoundIsSaid() throws IOException {
        write("elsewhere/real", "x");
        Files.createSymbolicLink(folder.resolve("Makefile"), folder.resolve("elsewhere/real"));
        assertThat(now().digests()).isEmpty();
        for (int i = 0; i <= BuildScripts.FILES_MAX; i++) {
            write("d" + i + "/Makefile", "x");
        }
        assertThat(now().complete()).isFalse();
        assertThat(now().digests()).hasSize(BuildScripts.FILES_MAX);
    }
}
