package rein.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;

/**
 * One data key and one address key per owner, each pair in a file of its own, wrapped under the
 * key-encryption key. The owner's name is inside the wrapping; the file is named by a random id.
 * Guarded by the content store's lock.
 */
final class OwnerKeys {
    /** Owners with content: more people than one installation serves; 20 MB of keys. */
    static final int OWNERS_MAX = 65_536;

    private static final int ID_BYTES = 8;
    private static final String SHREDDED = ".shredded";

    /** An owner's keys; a class, so that no generated method ever prints them. */
    static final class OwnerKey {
        private final String id;
        private final String owner;
        private final byte[] dataKey;
        private final byte[] addressKey;

        private OwnerKey(String id, String owner, byte[] both) {
            this.id = id;
            this.owner = owner;
            this.dataKey = Arrays.copyOf(both, Aes.KEY_BYTES);
            this.addressKey = Arrays.copyOfRange(both, Aes.KEY_BYTES, 2 * Aes.KEY_BYTES);
        }

        String id() {
            return id;
        }

        byte[] dataKey() {
            return dataKey;
        }

        byte[] addressKey() {
            return addressKey;
        }
    }

    private final Path folder;
    private final byte[] wrappingKey;
    private final LogFiles files;
    private final SecureRandom random;
    private final Map<String, OwnerKey> byOwner = new HashMap<>();
    private final Map<String, OwnerKey> byId = new HashMap<>();

    OwnerKeys(Path folder, Path wrappingKeyFile, LogFiles files, SecureRandom random)
            throws IOException, AuditException {
        this.folder = folder;
        this.files = files;
        this.random = random;
        this.wrappingKey = wrappingKey(wrappingKeyFile);
        if (Files.isDirectory(folder)) {
            try (Stream<Path> keys = Files.list(folder)) {
                for (Path file : (Iterable<Path>) keys::iterator) {
                    if (file.getFileName().toString().length() == 2 * ID_BYTES) {
                        load(file);
                    }
                }
            }
        }
    }

    private byte[] wrappingKey(Path file) throws IOException, AuditException {
        if (!Files.exists(file)) {
            if (Files.isDirectory(folder)) {
                throw new AuditException(
                        AuditException.Code.KEY,
                        "The key to the content, " + file + ", is missing. Restore it.");
            }
            byte[] fresh = new byte[Aes.KEY_BYTES];
            random.nextBytes(fresh);
            files.replace(file, Base64.getEncoder().encode(fresh), true);
            return fresh;
        }
        if (!Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)
                .containsAll(Files.getPosixFilePermissions(file))) {
            throw new AuditException(
                    AuditException.Code.KEY,
                    "Others may read the key to the content: chmod 600 " + file + ".");
        }
        byte[] key;
        try {
            key = Base64.getDecoder().decode(Files.readString(file).strip());
        } catch (IllegalArgumentException e) {
            throw notAKey(file, e);
        }
        if (key.length != Aes.KEY_BYTES) {
            throw notAKey(file, new IllegalArgumentException(key.length + " bytes"));
        }
        return key;
    }

    private static AuditException notAKey(Path file, Exception e) {
        return new AuditException(
                AuditException.Code.KEY, file + " is not a key to the content. Restore it.", e);
    }

    private void load(Path file) throws IOException, AuditException {
        String id = file.getFileName().toString();
        try {
            byte[] plain = Aes.open(wrappingKey, Files.readAllBytes(file), ascii(id));
            String owner =
                    new String(
                            plain,
                            2 * Aes.KEY_BYTES,
                            plain.length - 2 * Aes.KEY_BYTES,
                            StandardCharsets.UTF_8);
            remember(new OwnerKey(id, owner, plain));
        } catch (AEADBadTagException e) {
            throw new AuditException(
                    AuditException.Code.KEY,
                    "The owner's key "
                            + file
                            + " cannot be opened with the key to the content. Restore either.",
                    e);
        }
    }

    private void remember(OwnerKey key) {
        byOwner.put(key.owner, key);
        byId.put(key.id, key);
    }

    OwnerKey of(String owner) throws IOException, AuditException {
        Optional<OwnerKey> known = Optional.ofNullable(byOwner.get(owner));
        if (known.isPresent()) {
            return known.get();
        }
        if (byOwner.size() >= OWNERS_MAX) {
            throw new AuditException(
                    AuditException.Code.TOO_MANY,
                    OWNERS_MAX + " owners have content. Shred one that is gone.");
        }
        byte[] idBytes = new byte[ID_BYTES];
        random.nextBytes(idBytes);
        byte[] keys = new byte[2 * Aes.KEY_BYTES];
        random.nextBytes(keys);
        OwnerKey fresh = new OwnerKey(HexFormat.of().formatHex(idBytes), owner, keys);
        byte[] name = owner.getBytes(StandardCharsets.UTF_8);
        byte[] plain = ByteBuffer.allocate(keys.length + name.length).put(keys).put(name).array();
        byte[] wrapped = Aes.seal(wrappingKey, plain, ascii(fresh.id), random);
        // INVARIANT: the key is on the disk before anything is sealed with it.
        files.replace(folder.resolve(fresh.id), wrapped, true);
        remember(fresh);
        return fresh;
    }

    Optional<OwnerKey> withId(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    boolean shredded(String id) {
        return Files.exists(folder.resolve(id + SHREDDED));
    }

    /** Destroys the owner's keys; returns their id, or empty if there are none. */
    Optional<String> shred(String owner) throws IOException {
        Optional<OwnerKey> key = Optional.ofNullable(byOwner.get(owner));
        if (key.isEmpty()) {
            return Optional.empty();
        }
        String id = key.get().id();
        Path file = folder.resolve(id);
        files.replace(folder.resolve(id + SHREDDED), new byte[0], true);
        try (LogFiles.OpenFile open = files.open(file)) {
            byte[] noise = new byte[(int) open.size()];
            random.nextBytes(noise);
            open.write(ByteBuffer.wrap(noise), 0);
            open.sync();
        }
        files.delete(file);
        files.sync(folder);
        byOwner.remove(owner);
        byId.remove(id);
        Arrays.fill(key.get().dataKey(), (byte) 0);
        Arrays.fill(key.get().addressKey(), (byte) 0);
        return Optional.of(id);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
