package rein.server.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Function;
import rein.server.http.Json;
import tools.jackson.core.JacksonException;

/**
 * The file in which a node leaves its runs to the next: a signature by this installation's key in
 * the first line, JSON after it. It is taken at most once, and believed only if nobody but its
 * owner could write it, the signature holds, it is of this boot and node, not too old, and the
 * watcher that it names still keeps the runs.
 */
public final class HandOverFile {
    /** The name in the data folder. */
    public static final String NAME = "hand-over";

    /** Its name from when a node has taken it until its runs go on. */
    public static final String TAKEN = "hand-over.taken";

    /** Thousands of runs with hundreds of names each. */
    static final int BYTES_MAX = 64 << 20;

    private static final Set<PosixFilePermission> PRIVATE =
            PosixFilePermissions.fromString("rw-------");
    private static final byte[] DOMAIN = "rein-hand-over/1\n".getBytes(US_ASCII);

    /** Who signs, and whether a signature holds. */
    public record Key(Function<byte[], String> sign, BiPredicate<byte[], String> holds) {}

    /** Who asks, and when. */
    public record Here(String tenant, String node, UUID boot, long nowNanos) {}

    /** What was there. */
    public sealed interface Taken {
        record Nothing() implements Taken {}

        record Refused(String why) implements Taken {}

        record Usable(HandOver handOver) implements Taken {}
    }

    private final Path file;
    private final Key key;

    public HandOverFile(Path folder, Key key) {
        this.file = folder.resolve(NAME);
        this.key = key;
    }

    Path path() {
        return file;
    }

    /** On the disk, whole, before it returns. */
    void write(HandOver handOver) throws IOException {
        byte[] json = Json.bytes(handOver);
        byte[] line = (key.sign().apply(signed(json)) + "\n").getBytes(US_ASCII);
        if (line.length + json.length > BYTES_MAX) {
            throw new IOException("the hand-over is longer than " + BYTES_MAX + " bytes");
        }
        Path fresh = file.resolveSibling(NAME + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel channel =
                FileChannel.open(
                        fresh,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(PRIVATE))) {
            for (byte[] part : new byte[][] {line, json}) {
                ByteBuffer left = ByteBuffer.wrap(part);
                while (left.hasRemaining()) {
                    channel.write(left);
                }
            }
            channel.force(true);
        }
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void remove() throws IOException {
        Files.deleteIfExists(file);
    }

    /** The runs go on, or nobody has taken any. */
    public void done() throws IOException {
        Files.deleteIfExists(file.resolveSibling(TAKEN));
    }

    /** Reads it and moves it away, so that it is never taken twice. */
    public Taken take(Here here) throws IOException {
        byte[] bytes;
        try {
            done();
            Optional<String> foreign = foreign();
            if (foreign.isPresent()) {
                Files.deleteIfExists(file);
                return new Taken.Refused(foreign.get());
            }
            bytes = Files.readAllBytes(file);
            Files.move(file, file.resolveSibling(TAKEN), StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return new Taken.Nothing();
        }
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        byte[] json = Arrays.copyOfRange(bytes, Math.min(end + 1, bytes.length), bytes.length);
        if (!key.holds().test(signed(json), new String(bytes, 0, end, US_ASCII))) {
            return new Taken.Refused("it is not signed by this installation");
        }
        try {
            return judged(Json.MAPPER.readValue(json, HandOver.class), here);
        } catch (JacksonException e) {
            return new Taken.Refused("this version of Rein cannot read it");
        }
    }

    private static Taken judged(HandOver handOver, Here here) {
        long ageSeconds = (here.nowNanos() - handOver.writtenNanos()) / 1_000_000_000L;
        if (handOver.version() != HandOver.VERSION) {
            return new Taken.Refused("it is of version " + handOver.version());
        }
        if (!handOver.tenant().equals(here.tenant()) || !handOver.node().equals(here.node())) {
            return new Taken.Refused("it is of another node, " + handOver.node());
        }
        if (!handOver.boot().equals(here.boot())) {
            return new Taken.Refused("the machine was started again since");
        }
        if (ageSeconds < 0 || ageSeconds >= handOver.seconds()) {
            return new Taken.Refused(
                    "it is "
                            + ageSeconds
                            + " s old, and was good for "
                            + handOver.seconds()
                            + " s");
        }
        if (!handOver.keeper().keeps()) {
            return new Taken.Refused("the watcher that kept its runs is gone");
        }
        return new Taken.Usable(handOver);
    }

    /** Why somebody else may have written it. */
    private Optional<String> foreign() throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.of("it is no plain file");
            }
            throw new NoSuchFileException(file.toString());
        }
        Object owner = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!owner.equals(Files.getAttribute(file.getParent(), "unix:uid"))
                || !PRIVATE.equals(
                        Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS))) {
            return Optional.of("others may have written it");
        }
        if (Files.size(file) > BYTES_MAX) {
            return Optional.of("it is longer than " + BYTES_MAX + " bytes");
        }
        return Optional.empty();
    }

    private static byte[] signed(byte[] json) {
        byte[] message = Arrays.copyOf(DOMAIN, DOMAIN.length + json.length);
        System.arraycopy(json, 0, message, DOMAIN.length, json.length);
        return message;
    }
}
