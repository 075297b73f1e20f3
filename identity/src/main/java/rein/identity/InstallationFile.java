package rein.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import rein.vocabulary.Tenant;
import rein.vocabulary.Uuid7;

/**
 * The file {@code installation} in the data folder, mode 0600: one {@code key=value} per line. A
 * line that is not understood is an error, since a wrong tenant would mix what must stay apart.
 */
public final class InstallationFile {
    private static final String NAME = "installation";
    private static final Set<String> KEYS =
            Set.of("version", "tenant", "installation", "node", "created");

    /** Five short lines. */
    private static final int FILE_BYTES_MAX = 4096;

    private InstallationFile() {}

    /**
     * Reads the file, or makes it at the first start.
     *
     * @param folder private and locked by the caller
     * @param configured the tenant that the operator wants, if any
     * @param host what this machine calls itself
     * @throws IdentityException INSTALLATION when the file cannot be used, or names another tenant
     *     than the configured one
     */
    public static Installation openOrCreate(
            Path folder,
            Optional<Tenant> configured,
            String host,
            InstantSource clock,
            RandomGenerator random)
            throws IdentityException {
        Path file = folder.resolve(NAME);
        try {
            if (Files.exists(file, NOFOLLOW_LINKS)) {
                Installation installation = read(file);
                if (configured.isPresent()
                        && !configured.orElseThrow().equals(installation.tenant())) {
                    throw unusable(
                            file,
                            "says tenant "
                                    + installation.tenant().trustDomain()
                                    + ", but "
                                    + configured.orElseThrow().trustDomain()
                                    + " is configured; a tenant is chosen once, so set REIN_HOME"
                                    + " to another folder for another one");
                }
                return installation;
            }
            Installation installation =
                    new Installation(
                            configured.orElseGet(() ->
                                    new Tenant("%08x.rein.internal".formatted(random.nextInt()))),
                            new Uuid7(clock, random).next(),
                            Installation.nodeName(host),
                            clock.instant());
            write(file, installation);
            return installation;
        } catch (IOException e) {
            throw unusable(
                    file,
                    "cannot be used ("
                            + e.getClass().getSimpleName()
                            + ": "
                            + e.getMessage()
                            + ")");
        }
    }

    private static Installation read(Path file) throws IOException, IdentityException {
        if (!Files.isRegularFile(file, NOFOLLOW_LINKS)) {
            throw unusable(file, "is not a plain file; move it away");
        }
        String mode =
                PosixFilePermissions.toString(Files.getPosixFilePermissions(file, NOFOLLOW_LINKS));
        if (!mode.endsWith("------")) {
            throw unusable(file, "is open to others (" + mode + "); run: chmod 600 " + file);
        }
        String text;
        try (InputStream in = Files.newInputStream(file, NOFOLLOW_LINKS)) {
            text = new String(in.readNBytes(FILE_BYTES_MAX), UTF_8);
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int equals = line.indexOf('=');
            String key = equals < 0 ? line : line.substring(0, equals);
            if (equals < 0
                    || !KEYS.contains(key)
                    || values.put(key, line.substring(equals + 1)) != null) {
                throw unusable(file, "has a line that is not understood: '" + line + "'");
            }
        }
        try {
            if (!value(values, "version").equals("1")) {
                throw unusable(file, "is of version " + value(values, "version") + ", not 1");
            }
            return new Installation(
                    new Tenant(value(values, "tenant")),
                    UUID.fromString(value(values, "installation")),
                    value(values, "node"),
                    Instant.parse(value(values, "created")));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw unusable(file, "is damaged: " + e.getMessage());
        }
    }

    private static String value(Map<String, String> values, String key) {
        return Optional.ofNullable(values.get(key))
                .orElseThrow(() -> new IllegalArgumentException("it has no " + key));
    }

    /** Whole or not at all: a power cut leaves either no file or this one. */
    private static void write(Path file, Installation installation) throws IOException {
        Path unfinished = file.resolveSibling(NAME + ".new");
        Files.deleteIfExists(unfinished);
        String text =
                "# What this Rein installation is called. Made at the first start; keep it with the"
                        + " data.\nversion=1\ntenant=%s\ninstallation=%s\nnode=%s\ncreated=%s\n"
                                .formatted(
                                        installation.tenant().trustDomain(),
                                        installation.id(),
                                        installation.node(),
                                        installation.created());
        try (FileChannel channel =
                FileChannel.open(
                        unfinished,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            try (FileChannel folder = FileChannel.open(parent, StandardOpenOption.READ)) {
                folder.force(true);
            }
        }
    }

    private static IdentityException unusable(Path file, String why) {
        return new IdentityException(
                IdentityException.Code.INSTALLATION, "The file " + file + " " + why + ".");
    }
}
