package rein.audit.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a whole log again and recomputes everything that it claims: each record's form and number,
 * each tile, the root, the signature; and, given a checkpoint from outside, that the log still
 * begins with the records of that checkpoint. Works beside a live writer. Memory is bounded by one
 * bundle, one pending segment and the runs followed. One object checks one log once, on one thread.
 */
public final class LogVerifier {
    private static final String CHECKPOINT = "checkpoint";
    private static final int HASH_BYTES = 32;

    private final TileFiles tiles;
    private final Path log;
    private final Trust trust;
    private final JsonFactory json = JsonFactory.builder().build();
    private final GrowingTree tree = new GrowingTree(this::tileNode);
    private final List<byte[]> edges = new ArrayList<>();
    private final RunContinuity runs = new RunContinuity();
    private final List<Failure> failures = new ArrayList<>();
    private final List<String> notChecked = new ArrayList<>();
    private long failuresFound;
    private long tornBytes;
    private String origin = "";
    private String name = "";
    private Optional<String> declaredKey = Optional.empty();
    private Optional<TreeHead> outside = Optional.empty();
    private OptionalLong agreed = OptionalLong.empty();
    private String bundleWhere = "";
    private long bundleFirst;
    private int[] bundleOffsets = new int[0];
    private boolean inTail;

    private LogVerifier(Path log, Trust trust) {
        this.log = log;
        this.tiles = new TileFiles(log);
        this.trust = trust;
    }

    /** Checks the log in a folder. What is wrong is in the result, not thrown. */
    public static Verification verify(Path log, Trust trust) {
        return new LogVerifier(log, trust).run();
    }

    private Verification run() {
        long signed = 0;
        String root = "";
        try (PendingTail tail = new PendingTail(log)) {
            Optional<TreeHead> head = head();
            origin = head.map(TreeHead::origin).orElse("");
            outside = outside();
            signed = head.map(TreeHead::size).orElse(0L);
            atSize();
            readBundles(signed);
            root = Base64.getEncoder().encodeToString(tree.root());
            head.ifPresent(this::checkHead);
            readTail(tail, signed);
        } catch (NoSuchFileException e) {
            fail(place(e.getFile()), "the file is missing");
        } catch (IOException e) {
            fail(log.toString(), "cannot be read: " + e.getMessage());
        }
        if (outside.isPresent() && agreed.isEmpty() && failuresFound == 0) {
            fail(
                    CHECKPOINT,
                    "the log has "
                            + tree.size()
                            + " records and the checkpoint from outside "
                            + outside.get().size()
                            + ": records were cut off");
        }
        return new Verification(
                origin,
                signed,
                root,
                Math.max(0, tree.size() - signed),
                tornBytes,
                agreed,
                Disclosure.trusted(trust, outside),
                Disclosure.notChecked(
                        trust, notChecked, inTail && tree.size() > signed, runs.unfollowed()),
                failures,
                failuresFound);
    }

    private Optional<TreeHead> head() throws IOException {
        Path file = log.resolve(CHECKPOINT);
        if (!Files.exists(file)) {
            fail(CHECKPOINT, "there is no checkpoint");
            return Optional.empty();
        }
        if (Files.size(file) > SignedNote.NOTE_CHARS_MAX) {
            fail(CHECKPOINT, "is too long for a checkpoint");
            return Optional.empty();
        }
        return parsed(Files.readString(file, StandardCharsets.UTF_8), CHECKPOINT);
    }

    private Optional<TreeHead> outside() {
        Optional<TreeHead> head = trust.checkpoint().flatMap(note -> parsed(note, trust.whence()));
        if (head.isPresent() && !origin.isEmpty() && !head.get().origin().equals(origin)) {
            fail(trust.whence(), "is a checkpoint of " + head.get().origin() + ", not " + origin);
        }
        return head;
    }

    private Optional<TreeHead> parsed(String note, String where) {
        try {
            return Optional.of(TreeHead.parse(note));
        } catch (IllegalArgumentException e) {
            fail(where, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private void readBundles(long signed) throws IOException {
        for (long first = 0; first < signed; first += TileFiles.WIDTH) {
            int width = (int) Math.min(TileFiles.WIDTH, signed - first);
            long number = first / TileFiles.WIDTH;
            TileFiles.Found bundle = tiles.read(TileFiles.ENTRIES, number, width);
            if (!readBundle(bundle, first, width)) {
                // Without whole entries nothing behind them can be recomputed.
                notChecked.add("Nothing from record " + tree.size() + " on was checked.");
                return;
            }
            if (width < TileFiles.WIDTH) {
                for (int level = 0; level < edges.size(); level++) {
                    int hashes = (int) ((signed >> (8 * level)) % TileFiles.WIDTH);
                    checkTile(level, signed >> (8 * level + 8), hashes);
                }
            } else if (first + TileFiles.WIDTH == signed) {
                for (int level = 1; level < edges.size(); level++) {
                    int hashes = (int) ((signed >> (8 * level)) % TileFiles.WIDTH);
                    checkTile(level, signed >> (8 * level + 8), hashes);
                }
            }
        }
    }

    private boolean readBundle(TileFiles.Found bundle, long first, int width) {
        byte[] bytes = bundle.bytes();
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        bundleWhere = bundle.where();
        bundleFirst = first;
        bundleOffsets = new int[width];
        int at = 0;
        for (int i = 0; i < width; i++) {
            int length =
                    at + Short.BYTES <= bytes.length
                            ? Short.toUnsignedInt(buffer.getShort(at))
                            : Integer.MAX_VALUE - at - Short.BYTES;
            if (at + Short.BYTES + length > bytes.length) {
                fail(entryWhere(first + i, at), "the bundle ends inside this entry");
                return false;
            }
            bundleOffsets[i] = at;
            record(first + i, entryWhere(first + i, at), bytes, at + Short.BYTES, length);
            at += Short.BYTES + length;
        }
        if (at < bytes.length && !isFull(bundle.where(), width)) {
            fail(bundle.where() + " byte " + at, "there is more than " + width + " entries");
        }
        return true;
    }

    /** A full bundle that stands for a narrower one of an older checkpoint holds more. */
    private static boolean isFull(String where, int width) {
        return width < TileFiles.WIDTH && !where.contains(".p/");
    }

    private String entryWhere(long index, int at) {
        return bundleWhere + " entry " + index + " byte " + at;
    }

    private void record(long index, String where, byte[] bytes, int from, int length) {
        try {
            RecordShape shape = RecordShape.parse(json, bytes, from, length);
            if (index == 0) {
                name = shape.log();
            } else if (!shape.log().equals(name)) {
                fail(where, "the record is one of the log " + shape.log() + ", not " + name);
            }
            if (index == 0 && !shape.kind().equals("log-opened")) {
                fail(where, "the first record is not log-opened");
            }
            if (shape.kind().equals("log-opened")) {
                opened(shape, where);
            }
            shape.run()
                    .flatMap(run -> runs.next(run, shape.sequence()))
                    .ifPresent(what -> fail(where, what));
        } catch (IllegalArgumentException e) {
            fail(where, "not a record: " + e.getMessage());
        }
        tree.add(bytes, from, length);
        atSize();
    }

    private void opened(RecordShape shape, String where) {
        if (declaredKey.isPresent() && !declaredKey.equals(shape.verifierKey())) {
            fail(where, "the log declares another key than before");
        }
        declaredKey = declaredKey.or(shape::verifierKey);
    }

    /** Compares with the checkpoint from outside, when the tree has just its size. */
    private void atSize() {
        if (outside.isPresent() && outside.get().size() == tree.size()) {
            if (outside.get().rootBase64().equals(base64(tree.root()))) {
                agreed = OptionalLong.of(tree.size());
            } else {
                fail(
                        trust.whence(),
                        "the first "
                                + tree.size()
                                + " records are not the ones of this checkpoint: the log was"
                                + " rewritten");
            }
        }
    }

    private void tileNode(int level, long number, byte[] hash) {
        while (edges.size() <= level) {
            edges.add(new byte[TileFiles.WIDTH * HASH_BYTES]);
        }
        int at = (int) (number % TileFiles.WIDTH);
        System.arraycopy(hash, 0, edges.get(level), at * HASH_BYTES, HASH_BYTES);
        if (at == TileFiles.WIDTH - 1 && !inTail) {
            checkTile(level, number / TileFiles.WIDTH, TileFiles.WIDTH);
        }
    }

    private void checkTile(int level, long number, int width) {
        if (width == 0) {
            return;
        }
        String path = TileFiles.path(Integer.toString(level), number);
        byte[] stored;
        try {
            TileFiles.Found tile = tiles.read(Integer.toString(level), number, width);
            path = tile.where();
            stored = tile.bytes();
        } catch (NoSuchFileException e) {
            fail(path, "the tile is missing");
            return;
        } catch (IOException e) {
            fail(path, "the tile cannot be read: " + e.getMessage());
            return;
        }
        int bytes = width * HASH_BYTES;
        if (stored.length < bytes || (stored.length > bytes && !isFull(path, width))) {
            fail(path, "the tile has " + stored.length + " bytes and should have " + bytes);
            return;
        }
        byte[] computed = edges.get(level);
        for (int i = 0; i < width; i++) {
            int at = i * HASH_BYTES;
            if (!Arrays.equals(computed, at, at + HASH_BYTES, stored, at, at + HASH_BYTES)) {
                String what = "hash " + i + " at byte " + at + " is not that of what lies below it";
                if (level == 0) {
                    fail(
                            entryWhere(bundleFirst + i, bundleOffsets[i]),
                            "this record is not the one that was hashed into "
                                    + path
                                    + " hash "
                                    + i);
                } else {
                    fail(path, what);
                }
            }
        }
    }

    private void checkHead(TreeHead head) {
        if (tree.size() == head.size() && !head.rootBase64().equals(base64(tree.root()))) {
            fail(
                    CHECKPOINT,
                    "the root over "
                            + head.size()
                            + " records is "
                            + base64(tree.root())
                            + ", the checkpoint says "
                            + head.rootBase64());
        }
        if (tree.size() > 0 && !head.origin().equals(name)) {
            fail(CHECKPOINT, "is one of the log " + head.origin() + ", the records of " + name);
        }
        Optional<VerifierKey> key = key();
        key.ifPresent(known -> {
            checkSignature(head, known, CHECKPOINT);
            outside.ifPresent(other -> checkSignature(other, known, trust.whence()));
        });
        if (key.isEmpty()) {
            fail(CHECKPOINT, "no key is known to check its signature with");
        }
    }

    private Optional<VerifierKey> key() {
        Optional<String> text = trust.verifierKey().or(() -> declaredKey);
        if (trust.verifierKey().isPresent()
                && declaredKey.isPresent()
                && !declaredKey.get().equals(trust.verifierKey().get().strip())) {
            fail(
                    trust.whence(),
                    "the log declares the key " + declaredKey.get() + ", not this one");
        }
        try {
            return text.map(VerifierKey::parse);
        } catch (IllegalArgumentException e) {
            fail(CHECKPOINT, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private void checkSignature(TreeHead head, VerifierKey key, String where) {
        switch (head.note().by(key)) {
            case YES -> {}
            case UNKNOWN -> fail(where, "is not signed with the key " + key.id());
            case WRONG -> fail(where, "the signature of the key " + key.id() + " is wrong");
        }
    }

    private void readTail(PendingTail tail, long signed) throws IOException {
        if (tree.size() < signed) {
            return;
        }
        inTail = true;
        tail.from(
                signed,
                new PendingTail.Visitor() {
                    @Override
                    public void record(
                            long index, String where, byte[] bytes, int from, int length) {
                        LogVerifier.this.record(index, where, bytes, from, length);
                    }

                    @Override
                    public void failure(String where, String what) {
                        fail(where, what);
                    }

                    @Override
                    public void torn(long bytes) {
                        tornBytes += bytes;
                    }
                });
    }

    private void fail(String where, String what) {
        failuresFound++;
        if (failures.size() < Verification.FAILURES_MAX) {
            failures.add(new Failure(where, what));
        }
    }

    private String place(String file) {
        Path path = Path.of(file);
        return path.startsWith(log) ? log.relativize(path).toString() : file;
    }

    private static String base64(byte[] hash) {
        return Base64.getEncoder().encodeToString(hash);
    }
}
