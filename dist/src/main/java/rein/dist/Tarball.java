package rein.dist;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/**
 * A gzipped tar that depends on names, contents and who may execute, and on nothing else: entries
 * sorted, owner root, one time, modes 0755 and 0644 whatever the umask was.
 */
final class Tarball {
    private static final int EXECUTABLE = 0755;
    private static final int READABLE = 0644;
    private static final int LINK = 0777;
    private static final int GZIP_OS_UNKNOWN = 255;

    private Tarball() {}

    /** Packs a folder under its own name. */
    static void write(Path folder, Path file, Instant time) throws IOException {
        GzipParameters gzip = new GzipParameters();
        gzip.setCompressionLevel(Deflater.BEST_COMPRESSION);
        gzip.setOperatingSystem(GZIP_OS_UNKNOWN);
        try (OutputStream out = Files.newOutputStream(file);
                TarArchiveOutputStream tar =
                        new TarArchiveOutputStream(new GzipCompressorOutputStream(out, gzip))) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            put(tar, folder, folder, time);
            for (Path path : Tree.below(folder)) {
                put(tar, folder, path, time);
            }
        }
    }

    private static void put(TarArchiveOutputStream tar, Path folder, Path path, Instant time)
            throws IOException {
        String below = folder.relativize(path).toString();
        String name = folder.getFileName() + (below.isEmpty() ? "" : "/" + below);
        if (Files.isSymbolicLink(path)) {
            TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            entry.setLinkName(Files.readSymbolicLink(path).toString());
            begin(tar, entry, LINK, time);
        } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            begin(tar, new TarArchiveEntry(name + "/"), EXECUTABLE, time);
        } else {
            TarArchiveEntry entry = new TarArchiveEntry(name);
            entry.setSize(Files.size(path));
            begin(tar, entry, Files.isExecutable(path) ? EXECUTABLE : READABLE, time);
            Files.copy(path, tar);
        }
        tar.closeArchiveEntry();
    }

    private static void begin(
            TarArchiveOutputStream tar, TarArchiveEntry entry, int mode, Instant time)
            throws IOException {
        entry.setMode(mode);
        entry.setIds(0, 0);
        entry.setNames("root", "root");
        entry.setModTime(java.nio.file.attribute.FileTime.from(time));
        tar.putArchiveEntry(entry);
    }

    static String sha256(Path file) throws IOException {
        try (InputStream in =
                new DigestInputStream(
                        Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(((DigestInputStream) in).getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
