package rein.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.tukaani.xz.XZInputStream;

/**
 * Unpacks a {@code .tar.xz} into a new folder. Nothing it writes can lie outside the folder: names
 * and link targets are checked, and only folders, plain files and links are accepted.
 */
final class Unpacking {
    /** PostgreSQL 18 has about 1,100 entries; ten times that is not PostgreSQL. */
    static final int ENTRIES_MAX = 10_000;

    /** PostgreSQL 18 has about 60 MB unpacked. */
    static final long UNPACKED_BYTES_MAX = 256L * 1024 * 1024;

    /** The archive's dictionary is 8 to 64 MB; a larger one asks for memory we do not give. */
    private static final int XZ_MEMORY_KIB_MAX = 128 * 1024;

    private Unpacking() {}

    /**
     * Unpacks all of it.
     *
     * @param target exists and is empty
     * @throws IOException when the archive is not well formed, too large or reaches outside
     */
    static void unpack(byte[] archive, Path target) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(
                        new XZInputStream(new ByteArrayInputStream(archive), XZ_MEMORY_KIB_MAX),
                        UTF_8.name())) {
            long bytesLeft = UNPACKED_BYTES_MAX;
            int entries = 0;
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                if (++entries > ENTRIES_MAX) {
                    throw new IOException("more than " + ENTRIES_MAX + " entries");
                }
                bytesLeft -= write(entry, tar, target, bytesLeft);
            }
        }
    }

    private static long write(TarArchiveEntry entry, InputStream in, Path target, long bytesLeft)
            throws IOException {
        Path path = inside(target, target, entry.getName());
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return 0;
        }
        Path parent = path.getParent();
        if (parent == null || path.equals(target)) {
            throw new IOException("an entry without a name");
        }
        Files.createDirectories(parent);
        if (!parent.toRealPath().startsWith(target.toRealPath())) {
            throw new IOException(entry.getName() + " goes through a link to the outside");
        }
        if (entry.isSymbolicLink()) {
            inside(target, parent, entry.getLinkName());
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            return 0;
        }
        // Not isFile(), which says yes to pipes and devices.
        if (entry.getLinkFlag() != TarConstants.LF_NORMAL
                && entry.getLinkFlag() != TarConstants.LF_OLDNORM) {
            throw new IOException(entry.getName() + " is neither a file nor a folder nor a link");
        }
        if (entry.getSize() < 0 || entry.getSize() > bytesLeft) {
            throw new IOException("more than " + UNPACKED_BYTES_MAX + " bytes");
        }
        long written = Files.copy(in, path);
        String mode = (entry.getMode() & 0111) != 0 ? "rwxr-xr-x" : "rw-r--r--";
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
        return written;
    }

    private static Path inside(Path target, Path base, String name) throws IOException {
        Path path = base.resolve(name).normalize();
        if (Path.of(name).isAbsolute() || !path.startsWith(target)) {
            throw new IOException(name + " lies outside the folder");
        }
        return path;
    }
}
