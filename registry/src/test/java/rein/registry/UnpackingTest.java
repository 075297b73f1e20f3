package rein.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Archives that try to get out, and one that does not. */
final class UnpackingTest {
    @TempDir Path temporary;

    @FunctionalInterface
    private interface Content {
        void write(TarArchiveOutputStream tar) throws IOException;
    }

    @Test
    void filesModesAndLinksArrive() throws Exception {
        Path target =
                unpack(tar -> {
                    file(tar, "bin/tool", 0755, "run");
                    file(tar, "lib/data", 04777 & ~0111, "read");
                    link(tar, "lib/data.so", "data", TarConstants.LF_SYMLINK);
                    link(tar, "lib/up", "../bin/tool", TarConstants.LF_SYMLINK);
                });
        assertThat(target.resolve("bin/tool")).hasContent("run");
        assertThat(mode(target.resolve("bin/tool"))).isEqualTo("rwxr-xr-x");
        assertThat(mode(target.resolve("lib/data"))).isEqualTo("rw-r--r--");
        assertThat(target.resolve("lib/data.so")).hasContent("read");
        assertThat(target.resolve("lib/up")).hasContent("run");
    }

    @Test
    void nothingGetsOut() {
        assertRefused("outside", tar -> file(tar, "../evil", 0644, "x"));
        assertRefused("outside", tar -> file(tar, "a/../../evil", 0644, "x"));
        assertRefused("outside", tar -> link(tar, "up", "..", TarConstants.LF_SYMLINK));
        assertRefused("outside", tar -> link(tar, "etc", "/etc", TarConstants.LF_SYMLINK));
        assertRefused("neither", tar -> link(tar, "hard", "/etc/passwd", TarConstants.LF_LINK));
        assertRefused("neither", tar -> link(tar, "pipe", "", TarConstants.LF_FIFO));
        assertRefused("neither", tar -> link(tar, "device", "", TarConstants.LF_CHR));
        assertRefused("without a name", tar -> file(tar, ".", 0644, "x"));
        // A link is not written through, and not replaced.
        assertRefused(
                "inner",
                tar -> {
                    file(tar, "data", 0644, "kept");
                    link(tar, "inner", "data", TarConstants.LF_SYMLINK);
                    file(tar, "inner", 0644, "through");
                });
        assertThat(temporary.resolve("evil")).doesNotExist();
    }

    @Test
    void aBombIsRefused() {
        assertRefused(
                "entries",
                tar -> {
                    for (int i = 0; i <= Unpacking.ENTRIES_MAX; i++) {
                        TarArchiveEntry folder = new TarArchiveEntry("folder/");
                        tar.putArchiveEntry(folder);
                        tar.closeArchiveEntry();
                    }
                });
    }

    @Test
    void whatIsNoArchiveIsRefused() {
        assertThatThrownBy(() ->
                        Unpacking.unpack("nonsense".getBytes(StandardCharsets.UTF_8), temporary))
                .isInstanceOf(IOException.class);
    }

    private void assertRefused(String text, Content content) {
        assertThatThrownBy(() -> unpack(content))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(text);
    }

    private Path unpack(Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar =
                new TarArchiveOutputStream(new XZOutputStream(bytes, new LZMA2Options(0)))) {
            content.write(tar);
        }
        Path target = Files.createTempDirectory(temporary, "target");
        Unpacking.unpack(bytes.toByteArray(), target);
        return target;
    }

    private static void file(TarArchiveOutputStream tar, String name, int mode, String content)
            throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL);
        entry.setMode(mode);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private static void link(TarArchiveOutputStream tar, String name, String target, byte type)
            throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, type);
        entry.setLinkName(target);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
