package rein.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import rein.audit.OwnerKeys.OwnerKey;

/**
 * Free text apart from the log: sealed with AES-256-GCM under the owner's key, addressed by
 * HMAC-SHA-256 under another key of the owner (a plain hash of a card number would survive the
 * shredding), in one file per owner and day. Safe for any thread; owns open files until {@link
 * #close}.
 */
public final class ContentStore implements AutoCloseable {
    /** Text kept per record, in UTF-8 bytes of names and values; the rest is cut and counted. */
    public static final int CONTENT_BYTES_MAX = 64 * 1024;

    /** JSON may need six bytes for one, and some around it. */
    private static final int SEALED_BYTES_MAX = 6 * CONTENT_BYTES_MAX + 1024;

    /** Files open at once: owners active at the same time, with today's and yesterday's file. */
    private static final int SEGMENTS_OPEN_MAX = 128;

    private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;

    private final Path folder;
    private final LogFiles files;
    private final SecureRandom random;
    private final KeyPlacement placement;
    private final ReentrantLock lock = new ReentrantLock();
    private final OwnerKeys keys;
    private final LinkedHashMap<String, ContentSegment> open = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * What became of a draft's content.
     *
     * @param ref {@code <key id>/<day>/<address>}
     * @param truncatedBytes cut off, over {@link #CONTENT_BYTES_MAX}
     * @param lostBytes not kept at all
     */
    record Kept(Optional<String> ref, long truncatedBytes, long lostBytes) {
        static Kept lost(SortedMap<String, String> content) {
            long bytes = 0;
            for (Map.Entry<String, String> entry : content.entrySet()) {
                bytes += utf8(entry.getKey()).length + utf8(entry.getValue()).length;
            }
            return new Kept(Optional.empty(), 0, bytes);
        }
    }

    private ContentStore(
            Path folder,
            LogFiles files,
            SecureRandom random,
            KeyPlacement placement,
            OwnerKeys keys) {
        this.folder = folder;
        this.files = files;
        this.random = random;
        this.placement = placement;
        this.keys = keys;
    }

    /**
     * Opens or begins a store.
     *
     * @param folder of the store alone
     * @param wrappingKeyFile the key-encryption key; created (0600) with a new store; should lie
     *     outside {@code dataFolder}
     */
    public static ContentStore open(
            Path folder, Path wrappingKeyFile, Path dataFolder, LogFiles files, SecureRandom random)
            throws AuditException {
        try {
            OwnerKeys keys = new OwnerKeys(folder.resolve("keys"), wrappingKeyFile, files, random);
            return new ContentStore(
                    folder, files, random, KeyPlacement.of(wrappingKeyFile, dataFolder), keys);
        } catch (IOException e) {
            throw new AuditException(
                    e instanceof NoRoomException
                            ? AuditException.Code.DISK_FULL
                            : AuditException.Code.IO,
                    "The content store cannot be opened: " + e.getMessage() + ".",
                    e);
        }
    }

    public KeyPlacement placement() {
        return placement;
    }

    /** Seals and writes content to the kernel; {@link #sync} forces it to the disk. */
    Kept keep(String owner, SortedMap<String, String> content, Instant when)
            throws IOException, AuditException {
        SortedMap<String, String> cut = new TreeMap<>();
        long truncated = cut(content, cut);
        byte[] plain = encode(cut);
        lock.lock();
        try {
            OwnerKey key = keys.of(owner);
            String address = address(key, plain);
            String day = DAY.format(LocalDate.ofInstant(when, ZoneOffset.UTC));
            String ref = key.id() + "/" + day + "/" + address;
            ContentSegment segment = segment(key.id() + "/" + day);
            if (!segment.has(address)) {
                segment.append(address, Aes.seal(key.dataKey(), plain, utf8(ref), random));
            }
            return new Kept(Optional.of(ref), truncated, 0);
        } finally {
            lock.unlock();
        }
    }

    /** The content that a record's {@code content-ref} names. */
    public SortedMap<String, String> read(String ref) throws AuditException {
        String[] parts = ref.split("/", -1);
        if (parts.length != 3
                || !parts[0].matches("[0-9a-f]{16}")
                || !parts[1].matches("[0-9]{8}")
                || !parts[2].matches("[0-9a-f]{64}")) {
            throw unknown(ref);
        }
        lock.lock();
        try {
            Optional<OwnerKey> key = keys.withId(parts[0]);
            if (key.isEmpty() && keys.shredded(parts[0])) {
                throw new AuditException(
                        AuditException.Code.SHREDDED,
                        "This content was shredded with its owner's key; nobody can read it.");
            }
            Path path = folder.resolve(parts[0]).resolve(parts[1]);
            if (key.isEmpty() || !Files.exists(path)) {
                throw unknown(ref);
            }
            byte[] sealed =
                    segment(parts[0] + "/" + parts[1])
                            .read(parts[2])
                            .orElseThrow(() -> unknown(ref));
            return decode(Aes.open(key.get().dataKey(), sealed, utf8(ref)));
        } catch (AEADBadTagException e) {
            throw new AuditException(
                    AuditException.Code.DAMAGED,
                    "The content " + ref + " was altered: it does not open with its key.",
                    e);
        } catch (IOException e) {
            throw new AuditException(
                    AuditException.Code.IO, "Content cannot be read: " + e.getMessage() + ".", e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Destroys the owner's key, and with it all content of that owner, for good. What the owner's
     * runs say later is kept under a new key.
     *
     * @return whether there was a key
     */
    public boolean shred(String owner) throws AuditException {
        lock.lock();
        try {
            Optional<String> id = keys.shred(owner);
            if (id.isEmpty()) {
                return false;
            }
            closeSegmentsOf(id.get());
            Path gone = folder.resolve(id.get());
            if (Files.isDirectory(gone)) {
                try (Stream<Path> days = Files.list(gone)) {
                    for (Path day : (Iterable<Path>) days::iterator) {
                        files.delete(day);
                    }
                }
                files.delete(gone);
            }
            return true;
        } catch (IOException e) {
            throw new AuditException(
                    AuditException.Code.IO,
                    "The owner's content could not be shredded: " + e.getMessage() + ". Try again.",
                    e);
        } finally {
            lock.unlock();
        }
    }

    /** Forces what was kept to the disk. */
    void sync() throws IOException {
        lock.lock();
        try {
            for (ContentSegment segment : open.values()) {
                if (segment.unforced()) {
                    segment.sync();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private ContentSegment segment(String name) throws IOException {
        Optional<ContentSegment> known = Optional.ofNullable(open.get(name));
        if (known.isPresent()) {
            return known.get();
        }
        if (open.size() >= SEGMENTS_OPEN_MAX) {
            String eldest = open.keySet().iterator().next();
            close(eldest);
        }
        ContentSegment fresh =
                new ContentSegment(files.open(folder.resolve(name)), SEALED_BYTES_MAX);
        open.put(name, fresh);
        return fresh;
    }

    private void closeSegmentsOf(String keyId) throws IOException {
        List<String> names = new ArrayList<>(open.keySet());
        for (String name : names) {
            if (name.startsWith(keyId + "/")) {
                close(name);
            }
        }
    }

    private void close(String name) throws IOException {
        Optional<ContentSegment> segment = Optional.ofNullable(open.remove(name));
        if (segment.isPresent()) {
            segment.get().close();
        }
    }

    @Override
    public void close() throws AuditException {
        lock.lock();
        try {
            for (String name : new ArrayList<>(open.keySet())) {
                close(name);
            }
        } catch (IOException e) {
            throw new AuditException(
                    AuditException.Code.IO,
                    "The content store did not close cleanly: " + e.getMessage() + ".",
                    e);
        } finally {
            lock.unlock();
        }
    }

    private static String address(OwnerKey key, byte[] plain) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.addressKey(), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(plain));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }

    /** Fills {@code into} with as much as may be kept; returns the bytes that may not. */
    private static long cut(SortedMap<String, String> content, SortedMap<String, String> into) {
        long truncated = 0;
        int left = CONTENT_BYTES_MAX;
        for (Map.Entry<String, String> entry : content.entrySet()) {
            int name = utf8(entry.getKey()).length;
            byte[] value = utf8(entry.getValue());
            if (name + value.length <= left) {
                into.put(entry.getKey(), entry.getValue());
                left -= name + value.length;
                continue;
            }
            int end = Math.max(0, left - name);
            while (end > 0 && (value[end] & 0xc0) == 0x80) {
                end--; // not inside a character
            }
            if (name <= left) {
                into.put(entry.getKey(), new String(value, 0, end, StandardCharsets.UTF_8));
            } else {
                end = -name;
            }
            truncated += value.length - end;
            left = 0;
        }
        return truncated;
    }

    private static byte[] encode(SortedMap<String, String> content) {
        JsonBytes out = new JsonBytes(SEALED_BYTES_MAX);
        String comma = "{";
        for (Map.Entry<String, String> entry : content.entrySet()) {
            out.raw(comma);
            out.text(entry.getKey());
            out.raw(':');
            out.text(entry.getValue());
            comma = ",";
        }
        out.raw(content.isEmpty() ? "{}" : "}");
        return out.copy();
    }

    private static SortedMap<String, String> decode(byte[] plain) {
        SortedMap<String, String> content = new TreeMap<>();
        Json.parse(plain)
                .members()
                .forEach((name, value) -> {
                    if (value instanceof Json.Text(String text)) {
                        content.put(name, text);
                    }
                });
        return content;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static AuditException unknown(String ref) {
        return new AuditException(AuditException.Code.UNKNOWN, "There is no content " + ref + ".");
    }
}
