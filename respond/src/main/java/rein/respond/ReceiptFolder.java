package rein.respond;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicLong;
import rein.vocabulary.Receipt;

/**
 * Keeps the latest receipt of every order as a file, {@code <epoch>-<order>.json}. Best effort: a
 * full disk must not keep a stop from taking effect, so what cannot be written is counted. The log
 * holds the digest of every receipt.
 */
public final class ReceiptFolder {
    private final Path folder;
    private final AtomicLong unsaved = new AtomicLong();

    public ReceiptFolder(Path folder) {
        this.folder = folder;
    }

    /** Receipts that could not be written since the start. */
    public long unsaved() {
        return unsaved.get();
    }

    public Path file(Receipt receipt) {
        return folder.resolve(receipt.order().epoch() + "-" + receipt.order().id() + ".json");
    }

    void save(Receipt receipt) {
        try {
            Files.createDirectories(folder);
            Path file = file(receipt);
            Path fresh = Files.createTempFile(folder, "receipt-", ".new");
            try {
                Files.write(fresh, ReceiptJson.write(receipt));
                Files.move(
                        fresh,
                        file,
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException noRoom) {
            unsaved.incrementAndGet();
        }
    }
}
