package rein.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.gateway.RunLedger;
import rein.gateway.egress.KnownNames;
import rein.sandbox.Guard;
import rein.sandbox.HandedSandbox;
import rein.sandbox.Keeper;
import rein.server.node.HandOverFile.Taken;
import rein.vocabulary.Agent;
import rein.vocabulary.Level;
import rein.vocabulary.Run;
import rein.vocabulary.Taint;
import rein.vocabulary.Tenant;

/** A hand-over is believed once, by the node that it is for, while it is fresh; else refused. */
final class HandOverFileTest {
    private static final UUID BOOT = new UUID(1, 2);
    private static final long NANOS = 1_000_000_000_000L;
    private static final HandOverFile.Here HERE =
            new HandOverFile.Here("acme.test", "node-1", BOOT, NANOS + 5_000_000_000L);

    /** A signature that whoever reads this test can forge, but no other key's holder. */
    private static HandOverFile.Key key(String secret) {
        return new HandOverFile.Key(
                message -> digest(secret, message),
                (message, signature) -> digest(secret, message).equals(signature));
    }

    private static String digest(String secret, byte[] message) {
        String text = secret + new String(message, StandardCharsets.UTF_8);
        return Base64.getEncoder()
                .encodeToString(
                        UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8))
                                .toString()
                                .getBytes(StandardCharsets.US_ASCII));
    }

    @TempDir Path folder;

    private Process watcher;
    private HandOverFile file;

    @BeforeEach
    void aWatcherThatKeeps() throws IOException {
        watcher = new ProcessBuilder("sh", "-c", "read -r word; :", "rein-watcher", "name").start();
        file = new HandOverFile(folder, key("ours"));
    }

    @AfterEach
    void itEnds() {
        watcher.destroyForcibly();
    }

    private Keeper keeper() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + watcher.pid() + "/stat"));
        String ticks = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19];
        return new Keeper(watcher.pid(), Long.parseLong(ticks));
    }

    private HandOver handOver() throws IOException {
        Agent agent =
                new Agent(
                        new Tenant("acme.test"),
                        new UUID(3, 4),
                        "builder",
                        "coding",
                        "ada",
                        List.of("bob"),
                        Agent.State.ACTIVE,
                        Optional.of("builds"));
        Run run =
                new Run(
                        new UUID(5, 6),
                        Optional.empty(),
                        agent,
                        "node-1",
                        Level.CONTAINED,
                        new TreeMap<>(Map.of("job", "42")),
                        Instant.parse("2026-11-24T10:00:00Z"));
        RunLedger ledger = new RunLedger(() -> NANOS);
        ledger.taint(Taint.PRIVATE_DATA);
        int _ = ledger.denied("evil.test", "transparent/ssh/22");
        return new HandOver(
                HandOver.VERSION,
                "acme.test",
                "node-1",
                BOOT,
                NANOS,
                60,
                keeper(),
                List.of(
                        new HandedRun(
                                new HandedSandbox(
                                        run,
                                        "/work",
                                        2_000_000_000,
                                        false,
                                        77,
                                        "net:[9]",
                                        List.of(new Guard(Guard.Kind.PINNED, ".git", "why")),
                                        List.of(".idea"),
                                        true,
                                        3),
                                "coding",
                                List.of(new HandedRun.Policy("mine.cedar", "permit …")),
                                new TreeSet<>(List.of("git.test")),
                                76,
                                true,
                                2,
                                ledger.copy(),
                                new KnownNames(1, List.of(new KnownNames.Name("api.test", 1))))));
    }

    private String refused(HandOverFile.Here here) throws IOException {
        Taken taken = file.take(here);
        assertThat(taken).isInstanceOf(Taken.Refused.class);
        assertThat(file.path()).doesNotExist();
        return ((Taken.Refused) taken).why();
    }

    @Test
    void whatWasWrittenIsReadAndOnlyOnce() throws IOException {
        HandOver written = handOver();
        file.write(written);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                .isEqualTo("rw-------");
        assertThat(file.take(HERE)).isEqualTo(new Taken.Usable(written));
        assertThat(file.take(HERE)).isEqualTo(new Taken.Nothing());
    }

    @Test
    void oneThatIsForgedOrChangedIsRefused() throws IOException {
        new HandOverFile(folder, key("theirs")).write(handOver());
        assertThat(refused(HERE)).contains("not signed");

        file.write(handOver());
        String text = Files.readString(file.path());
        Files.writeString(
                file.path(), text.replace("\"runId\":2000000000", "\"runId\":2000000001"));
        assertThat(refused(HERE)).contains("not signed");

        Files.writeString(file.path(), "");
        Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("rw-------"));
        assertThat(refused(HERE)).contains("not signed");
    }

    @Test
    void oneThatOthersCouldHaveWrittenIsRefused() throws IOException {
        file.write(handOver());
        Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("rw-rw----"));
        assertThat(refused(HERE)).contains("others");

        file.write(handOver());
        Path elsewhere = Files.move(file.path(), folder.resolve("elsewhere"));
        Files.createSymbolicLink(file.path(), elsewhere);
        assertThat(refused(HERE)).contains("no plain file");
        assertThat(elsewhere).exists();
    }

    @Test
    void oneOfAnotherTimeOrPlaceIsRefused() throws IOException {
        file.write(handOver());
        assertThat(
                        refused(
                                new HandOverFile.Here(
                                        "acme.test", "node-1", BOOT, NANOS + 60_000_000_000L)))
                .contains("60 s old");
        file.write(handOver());
        assertThat(refused(new HandOverFile.Here("acme.test", "node-1", new UUID(9, 9), NANOS)))
                .contains("started again");
        file.write(handOver());
        assertThat(refused(new HandOverFile.Here("acme.test", "node-2", BOOT, NANOS)))
                .contains("another node");
        file.write(handOver());
        assertThat(refused(new HandOverFile.Here("other.test", "node-1", BOOT, NANOS)))
                .contains("another node");
    }

    @Test
    void aCopyPutBackWhenItsWatcherIsGoneIsRefused() throws Exception {
        file.write(handOver());
        watcher.destroyForcibly().waitFor();
        assertThat(refused(HERE)).contains("watcher");
    }

    @Test
    void aProcessThatIsNoWatcherKeepsNothing() throws Exception {
        Process other = new ProcessBuilder("sleep", "600").start();
        try {
            String stat = Files.readString(Path.of("/proc/" + other.pid() + "/stat"));
            String ticks = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19];
            Keeper impostor = new Keeper(other.pid(), Long.parseLong(ticks));
            assertThat(impostor.keeps()).isFalse();
            impostor.release();
            assertThat(other.isAlive()).isTrue();
            assertThat(new Keeper(watcher.pid(), 1).keeps()).as("another start").isFalse();
        } finally {
            other.destroyForcibly();
        }
    }
}
