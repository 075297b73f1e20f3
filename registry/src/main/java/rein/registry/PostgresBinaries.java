package rein.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The PostgreSQL programs that come as an archive on the class path, unpacked once. The folder is
 * named by the archive's SHA-256, so a new archive never mixes with an old one, and it gets that
 * name last, so a folder with it is complete.
 *
 * @param folder holds {@code bin}, {@code lib} and {@code share}
 */
record PostgresBinaries(Path folder) {
    /** What {@code PG_VERSION} of a cluster must say. */
    static final String MAJOR_VERSION = "18";

    /** One archive that this release was tested with. */
    record Archive(String resource, String sha256) {}

    /** PostgreSQL 18.6; a change of the artifact in the pom changes this line. */
    static final Archive X86_64 =
            new Archive(
                    "/postgres-linux-x86_64.txz",
                    "63999c2914366d62c68e51794e597588c336e75ed2958d53c558e8deca5e13fc");

    /** The archive has 15 MB. */
    private static final int ARCHIVE_BYTES_MAX = 64 * 1024 * 1024;

    private static final long SYNC_SECONDS_MAX = 60;

    Path postgres() {
        return folder.resolve("bin").resolve("postgres");
    }

    Path initdb() {
        return folder.resolve("bin").resolve("initdb");
    }

    /**
     * The archive for this machine.
     *
     * @param architecture as {@code os.arch} says it
     * @throws RegistryException BINARIES_MISSING when there is no archive for this machine, or not
     *     the one that this release was tested with
     */
    static Archive archiveFor(String architecture) throws RegistryException {
        return switch (architecture) {
            case "amd64", "x86_64" -> X86_64;
            default -> throw missing("There is no embedded PostgreSQL for " + architecture);
        };
    }

    /** Unpacks the archive unless that is done already. */
    static PostgresBinaries unpackOnce(PostgresFolder layout, Archive archive)
            throws RegistryException {
        Path folder = layout.binaries().resolve(archive.sha256().substring(0, 16));
        if (Files.isDirectory(folder)) {
            return new PostgresBinaries(folder);
        }
        byte[] bytes = read(archive);
        Path unfinished = layout.binaries().resolve("unfinished");
        try {
            delete(unfinished);
            Files.createDirectories(unfinished);
            Unpacking.unpack(bytes, unfinished);
            // createDirectories follows the umask; PostgreSQL's user must be able to read.
            openFolders(unfinished);
            // Without this a power cut could leave the final name with empty files.
            Command.run(List.of("sync", "-f", unfinished.toString()), "", SYNC_SECONDS_MAX);
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
            return new PostgresBinaries(folder);
        } catch (IOException e) {
            throw DataFolder.unusable(
                    folder, "could not take PostgreSQL (" + DataFolder.reason(e) + ")", e);
        }
    }

    private static byte[] read(Archive archive) throws RegistryException {
        try (InputStream in = PostgresBinaries.class.getResourceAsStream(archive.resource())) {
            if (in == null) {
                throw missing(archive.resource() + " is not on the class path");
            }
            byte[] bytes = in.readNBytes(ARCHIVE_BYTES_MAX);
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            String found = HexFormat.of().formatHex(sha256.digest(bytes));
            if (!found.equals(archive.sha256())) {
                throw missing(
                        archive.resource()
                                + " has SHA-256 "
                                + found
                                + ", not the one this release was tested with");
            }
            return bytes;
        } catch (IOException e) {
            throw missing(archive.resource() + " cannot be read (" + e.getMessage() + ")");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void openFolders(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.filter(p -> Files.isDirectory(p)).toList()) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    /** Removes a folder of ours with everything in it; links are removed, not followed. */
    static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static RegistryException missing(String what) {
        return new RegistryException(
                RegistryException.Code.BINARIES_MISSING,
                what + ": set database-url to a PostgreSQL of your own.");
    }
}
