package rein.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataFolderTest {
    @TempDir Path temporary;

    @Test
    void isCreatedPrivateWithItsParents() throws Exception {
        try (DataFolder folder = DataFolder.open(temporary.resolve("a/b/rein"))) {
            assertThat(mode(folder.path())).isEqualTo("rwx------");
            assertThat(mode(folder.folder("log"))).isEqualTo("rwx------");
            assertThat(folder.folder("log")).isEqualTo(folder.path().resolve("log"));
        }
    }

    @Test
    void isHeldByOneAtATime() throws Exception {
        Path path = temporary.resolve("rein");
        try (DataFolder first = DataFolder.open(path)) {
            assertThat(first.path()).isEqualTo(path);
            assertRefused(path, RegistryException.Code.FOLDER_TAKEN, "in use");
        }
        DataFolder.open(path).close();
    }

    @Test
    void saysWhichProcessHoldsIt() throws Exception {
        Path path = temporary.resolve("rein");
        Process holder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Holder.class.getName(),
                                path.toString())
                        .start();
        try {
            assertThat(holder.inputReader(java.nio.charset.StandardCharsets.UTF_8).readLine())
                    .isEqualTo("held");
            assertRefused(path, RegistryException.Code.FOLDER_TAKEN, "by process " + holder.pid());
        } finally {
            holder.destroyForcibly().waitFor();
        }
        // A killed holder leaves nothing behind.
        DataFolder.open(path).close();
    }

    @Test
    void openToOthersIsRefused() throws Exception {
        Path path = temporary.resolve("rein");
        DataFolder.open(path).close();
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-x---"));
        assertRefused(path, RegistryException.Code.FOLDER_UNUSABLE, "chmod 700");
    }

    @Test
    void notWritableIsRefused() throws Exception {
        Assumptions.assumeTrue(
                DataFolder.processUid() != 0, "missing facility: a user whom modes hold back");
        Path path = temporary.resolve("rein");
        DataFolder.open(path).close();
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r-x------"));
        assertRefused(path, RegistryException.Code.FOLDER_UNUSABLE, "chmod 700");
    }

    @Test
    void aLinkIsRefused() throws Exception {
        Path path = temporary.resolve("rein");
        DataFolder.open(path).close();
        Path link = Files.createSymbolicLink(temporary.resolve("link"), path);
        assertRefused(link, RegistryException.Code.FOLDER_UNUSABLE, "symbolic link");
    }

    @Test
    void aFileIsRefused() throws Exception {
        Path file = Files.createFile(temporary.resolve("file"));
        assertRefused(file, RegistryException.Code.FOLDER_UNUSABLE, "not a folder");
        assertRefused(file.resolve("rein"), RegistryException.Code.FOLDER_UNUSABLE, "file");
    }

    @Test
    void somebodyElsesIsRefused() throws Exception {
        Assumptions.assumeTrue(DataFolder.processUid() == 0, "missing facility: root");
        Path path = temporary.resolve("rein");
        DataFolder.open(path).close();
        Files.setAttribute(path, "unix:uid", 61_000);
        assertRefused(path, RegistryException.Code.FOLDER_UNUSABLE, "belongs to user id 61000");
    }

    @Test
    void aLinkInsteadOfTheLockIsRefused() throws Exception {
        Path path = temporary.resolve("rein");
        DataFolder.open(path).close();
        Files.delete(path.resolve("lock"));
        Path victim = Files.writeString(temporary.resolve("victim"), "untouched");
        Files.createSymbolicLink(path.resolve("lock"), victim);
        assertRefused(path, RegistryException.Code.FOLDER_UNUSABLE, "cannot be used");
        assertThat(victim).hasContent("untouched");
    }

    @Test
    void aConcernsFolderStaysInside() throws Exception {
        try (DataFolder folder = DataFolder.open(temporary.resolve("rein"))) {
            assertThatThrownBy(() -> folder.folder("../other"))
                    .hasMessageContaining("not a plain name");
            assertThatThrownBy(() -> folder.folder("/etc")).hasMessageContaining("not a plain");
        }
    }

    private static void assertRefused(Path path, RegistryException.Code code, String text) {
        assertThatThrownBy(() -> DataFolder.open(path).close())
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining(text)
                .hasMessageContaining(path.toString())
                .hasMessageNotContaining("\n")
                .extracting(e -> ((RegistryException) e).code())
                .isEqualTo(code);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    /** Holds the folder until it is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws Exception {
            DataFolder folder = DataFolder.open(Path.of(arguments[0]));
            System.out.println(folder.path().isAbsolute() ? "held" : "");
            Thread.currentThread().join();
        }
    }
}
