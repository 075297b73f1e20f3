package rein.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import rein.server.http.Json;
import rein.server.policy.Snapshots;
import rein.server.policy.Texts;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Snapshot;
import rein.vocabulary.StopOrder;
import rein.vocabulary.Tenant;

/**
 * The numbered, signed whole that everything is decided from. The number grows when policies
 * change; a lower one than was seen is refused. Stop orders in force are added as they are now,
 * since they take effect before they are numbered. The texts of earlier numbers are kept, signed,
 * so that what was decided from them can be explained.
 */
final class SnapshotStore implements Snapshots {
    /** What is kept on disk: enough to tell whether something changed, and who says so. */
    record Kept(long number, String policies, String signature) {}

    /** Edited ten times a day these last a quarter; a set of a thousand policies is 0.3 MB. */
    static final int KEPT_MAX = 1_000;

    private final Path file;
    private final SnapshotArchive archive;
    private final Tenant tenant;
    private final Function<byte[], String> signer;
    private final PublicKey verifier;
    private final Supplier<List<StopOrder>> stops;
    private final ReentrantLock lock = new ReentrantLock();
    private Kept kept = new Kept(0, "", "");
    private List<PolicyText> inForce = List.of();

    /**
     * @param signer base64 Ed25519 signature of the control plane's key
     */
    SnapshotStore(
            Path file,
            Tenant tenant,
            Function<byte[], String> signer,
            PublicKey verifier,
            Supplier<List<StopOrder>> stops)
            throws IOException {
        this.file = file;
        this.archive = new SnapshotArchive(file.resolveSibling("snapshots"), KEPT_MAX);
        this.tenant = tenant;
        this.signer = signer;
        this.verifier = verifier;
        this.stops = stops;
        if (Files.exists(file)) {
            this.kept = Json.MAPPER.readValue(Files.readAllBytes(file), Kept.class);
            if (!signed(kept)) {
                throw new ConfigurationException(
                        file
                                + " is not signed by this installation's key; restore it, or remove it to begin anew");
            }
        }
    }

    @Override
    public Optional<Long> put(List<PolicyText> changed) throws IOException {
        lock.lock();
        try {
            List<PolicyText> policies = List.copyOf(changed);
            String digest = digest(texts(policies));
            if (digest.equals(kept.policies())) {
                inForce = policies;
                return Optional.empty();
            }
            Kept next = sign(kept.number() + 1, digest);
            archive.keep(new SnapshotArchive.Archived(next, texts(policies)));
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.write(fresh, Json.bytes(next));
            try {
                Files.move(
                        fresh,
                        file,
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                throw new IOException(file + " is on a file system without atomic renames", e);
            }
            kept = next;
            inForce = policies;
            return Optional.of(next.number());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Snapshot current() {
        lock.lock();
        try {
            List<StopOrder> orders = stops.get();
            long epoch = orders.stream().mapToLong(StopOrder::epoch).max().orElse(0);
            return new Snapshot(tenant, kept.number(), epoch, inForce, orders);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<List<PolicyText>> at(long number) {
        return archive.find(number)
                .filter(found ->
                        found.kept().number() == number
                                && signed(found.kept())
                                && digest(found.texts()).equals(found.kept().policies()))
                .map(found -> found.texts().stream().map(Texts::policyText).toList());
    }

    private static List<Texts> texts(List<PolicyText> texts) {
        return texts.stream().map(Texts::of).toList();
    }

    private Kept sign(long number, String digest) {
        return new Kept(number, digest, signer.apply(message(number, digest)));
    }

    private boolean signed(Kept candidate) {
        try {
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(verifier);
            check.update(message(candidate.number(), candidate.policies()));
            return check.verify(Base64.getDecoder().decode(candidate.signature()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    private byte[] message(long number, String digest) {
        return ("rein-snapshot/1\n" + tenant.trustDomain() + "\n" + number + "\n" + digest + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String digest(List<Texts> texts) {
        try {
            return Base64.getEncoder()
                    .encodeToString(
                            java.security.MessageDigest.getInstance("SHA-256")
                                    .digest(Json.bytes(texts)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
