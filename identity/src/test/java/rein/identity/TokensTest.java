package rein.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.registry.DataFolder;
import rein.registry.Database;
import rein.registry.EmbeddedPostgres;
import rein.registry.RegistryException;
import rein.testkit.SimulatedTime;
import rein.vocabulary.Tenant;

/** On the real PostgreSQL, with an outage that can be switched on in front; a tenant per test. */
final class TokensTest {
    private static final AtomicInteger TENANTS = new AtomicInteger();
    private static final Duration DAY = Duration.ofDays(1);
    @TempDir static Path temporary;
    private static DataFolder folder;
    private static EmbeddedPostgres postgres;
    private static Database database;

    private final SimulatedTime time = new SimulatedTime();
    private final SecureRandom random = new SecureRandom();
    private final Tenant tenant = new Tenant("t" + TENANTS.incrementAndGet() + ".example");
    private final AtomicBoolean outage = new AtomicBoolean();

    @BeforeAll
    static void start() throws RegistryException {
        folder = DataFolder.open(temporary.resolve("rein"));
        postgres = EmbeddedPostgres.start(folder, new SecureRandom());
        database =
                Database.open(
                        postgres.address(),
                        List.of(Database.REGISTRY_MIGRATIONS, JdbcTokenStore.MIGRATIONS));
    }

    @AfterAll
    static void stop() {
        database.close();
        postgres.close();
        folder.close();
    }

    private Tokens open() throws IdentityException {
        return Tokens.open(
                new JdbcTokenStore(tenant, new Interruptible(database.dataSource(), outage)),
                time,
                random);
    }

    @Test
    void theFirstStartMakesOnePerson() throws Exception {
        Tokens tokens = open();
        IssuedToken bootstrap = tokens.bootstrap().orElseThrow();
        assertThat(bootstrap.text()).matches("reinboot_[0-9a-f]{12}_[A-Za-z0-9_-]{43}");
        assertThat(bootstrap.toString()).doesNotContain(bootstrap.text());
        assertRefused(tokens.verify(bootstrap.text()), Verification.Reason.WRONG_KIND);

        IssuedToken alice = exchanged(tokens.exchange(bootstrap.text(), "alice"));
        assertThat(alice.text()).matches("rein_[0-9a-f]{12}_[A-Za-z0-9_-]{43}");
        assertThat(known(tokens.verify(alice.text())))
                .isEqualTo(
                        new Caller.Person(
                                "alice",
                                new java.util.TreeSet<>(Set.of(Caller.OPERATOR)),
                                "token:" + alice.stored().id()));
        assertThat(tokens.exchange(bootstrap.text(), "mallory"))
                .isEqualTo(new Tokens.Exchange.Refused(Verification.Reason.USED));
        assertThat(tokens.exchange(alice.text(), "mallory"))
                .isEqualTo(new Tokens.Exchange.Refused(Verification.Reason.WRONG_KIND));
        assertThat(tokens.bootstrap()).as("somebody is there").isEmpty();

        Tokens restarted = open();
        assertThat(known(restarted.verify(alice.text())).name()).isEqualTo("alice");
        assertThat(restarted.bootstrap()).isEmpty();
        assertThat(restarted.exchange(bootstrap.text(), "mallory"))
                .isEqualTo(new Tokens.Exchange.Refused(Verification.Reason.USED));
    }

    @Test
    void aBootstrapTokenEndsAfterADayOrWithTheNextStart() throws Exception {
        Tokens tokens = open();
        IssuedToken first = tokens.bootstrap().orElseThrow();
        Tokens restarted = open();
        IssuedToken second = restarted.bootstrap().orElseThrow();
        assertThat(restarted.exchange(first.text(), "alice"))
                .isEqualTo(new Tokens.Exchange.Refused(Verification.Reason.REVOKED));
        assertThat(tokens.exchange(first.text(), "alice"))
                .as("the process that made it has not heard of that; the store has")
                .isEqualTo(new Tokens.Exchange.Refused(Verification.Reason.USED));
        time.advance(DAY);
        assertThat(restarted.exchange(second.text(), "alice"))
                .isEqualTo(new Tokens.Exchange.Refused(Verification.Reason.EXPIRED));
        assertThat(restarted.bootstrap()).isPresent();
    }

    @Test
    void ofManyExchangesAtOnceOneSucceeds() throws Exception {
        Tokens one = open();
        IssuedToken bootstrap = one.bootstrap().orElseThrow();
        Tokens two = open();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Tokens.Exchange>> tries = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                Tokens tokens = i % 2 == 0 ? one : two;
                String person = "person-" + i;
                tries.add(threads.submit(() -> tokens.exchange(bootstrap.text(), person)));
            }
            int issued = 0;
            for (Future<Tokens.Exchange> one16th : tries) {
                issued += one16th.get() instanceof Tokens.Exchange.Issued ? 1 : 0;
            }
            assertThat(issued).isEqualTo(1);
        }
    }

    @Test
    void aTokenExpires() throws Exception {
        Tokens tokens = open();
        IssuedToken token = tokens.create("bob", Set.of("operator"), "alice", DAY);
        time.advance(DAY.minusNanos(1));
        assertThat(known(tokens.verify(token.text())).roles()).containsExactly("operator");
        time.advance(Duration.ofNanos(1));
        assertRefused(tokens.verify(token.text()), Verification.Reason.EXPIRED);
        assertRefused(open().verify(token.text()), Verification.Reason.EXPIRED);
    }

    @Test
    void aRevokedTokenIsDeadEverywhere() throws Exception {
        Tokens tokens = open();
        Tokens elsewhere = open();
        IssuedToken token = tokens.create("bob", Set.of(), "alice", DAY);
        elsewhere.refresh();
        assertThat(known(elsewhere.verify(token.text())).name()).isEqualTo("bob");
        assertThat(tokens.revoke(token.stored().id())).isEqualTo(Tokens.Revocation.REVOKED);
        assertThat(tokens.revoke("000000000000")).isEqualTo(Tokens.Revocation.UNKNOWN);
        assertRefused(tokens.verify(token.text()), Verification.Reason.REVOKED);
        elsewhere.refresh();
        assertRefused(elsewhere.verify(token.text()), Verification.Reason.REVOKED);
        assertRefused(open().verify(token.text()), Verification.Reason.REVOKED);
    }

    @Test
    void withoutPostgresTokensVerifyAndRevoke() throws Exception {
        Tokens tokens = open();
        IssuedToken alice = tokens.create("alice", Set.of("operator"), "root", DAY);
        IssuedToken bob = tokens.create("bob", Set.of(), "alice", DAY);
        outage.set(true);
        assertThat(known(tokens.verify(alice.text())).name()).isEqualTo("alice");
        assertThat(tokens.revoke(bob.stored().id()))
                .isEqualTo(Tokens.Revocation.REVOKED_NOT_STORED);
        assertRefused(tokens.verify(bob.text()), Verification.Reason.REVOKED);
        assertThatThrownBy(() -> tokens.create("carol", Set.of(), "alice", DAY))
                .isInstanceOf(IdentityException.class)
                .extracting(e -> ((IdentityException) e).code())
                .isEqualTo(IdentityException.Code.UNAVAILABLE);
        assertThat(tokens.list()).as("nothing half made").hasSize(2);
        assertThatThrownBy(tokens::refresh).isInstanceOf(IdentityException.class);
        assertRefused(tokens.verify(bob.text()), Verification.Reason.REVOKED);
        outage.set(false);
        tokens.refresh();
        assertRefused(open().verify(bob.text()), Verification.Reason.REVOKED);
    }

    @Test
    void onlyTheWholeTokenCounts() throws Exception {
        Tokens tokens = open();
        IssuedToken token = tokens.create("bob", Set.of(), "alice", DAY);
        String text = token.text();
        char last = text.charAt(text.length() - 1);
        String other = text.substring(0, text.length() - 1) + (last == 'A' ? 'B' : 'A');
        assertRefused(tokens.verify(other), Verification.Reason.UNKNOWN);
        assertRefused(
                tokens.verify("rein_000000000000_" + text.substring(18)),
                Verification.Reason.UNKNOWN);
        for (String bad : List.of("", "rein_", text + "A", " " + text, "Bearer " + text, "é")) {
            assertRefused(tokens.verify(bad), Verification.Reason.MALFORMED);
        }
        assertRefused(tokens.verify("reinboot" + text.substring(4)), Verification.Reason.UNKNOWN);
        // A token of another tenant is nobody's here.
        Tokens foreign =
                Tokens.open(
                        new JdbcTokenStore(new Tenant("foreign.example"), database.dataSource()),
                        time,
                        random);
        assertRefused(foreign.verify(text), Verification.Reason.UNKNOWN);
    }

    @Test
    void lastUseIsKeptToTheMinute() throws Exception {
        Tokens tokens = open();
        IssuedToken token = tokens.create("bob", Set.of(), "alice", DAY);
        assertThat(tokens.list().getFirst().lastUsed()).isEmpty();
        var first = time.instant();
        tokens.verify(token.text());
        time.advance(Duration.ofSeconds(59));
        tokens.verify(token.text());
        assertThat(tokens.list().getFirst().lastUsed()).contains(first);
        tokens.refresh();
        assertThat(open().list().getFirst().lastUsed()).contains(first);
        time.advance(Duration.ofSeconds(1));
        tokens.verify(token.text());
        tokens.refresh();
        assertThat(open().list().getFirst().lastUsed()).contains(time.instant());
    }

    @Test
    void whatATokenMaySayIsChecked() throws Exception {
        Tokens tokens = open();
        assertNotAcceptable(() -> tokens.create("a b", Set.of(), "root", DAY), "a b");
        assertNotAcceptable(() -> tokens.create("bob", Set.of("Admin"), "root", DAY), "Admin");
        assertNotAcceptable(
                () -> tokens.create("bob", Set.of(), "root", Duration.ofDays(367)), "366");
        assertNotAcceptable(() -> tokens.create("bob", Set.of(), "root", Duration.ZERO), "366");
        assertNotAcceptable(
                () -> tokens.exchange(tokens.bootstrap().orElseThrow().text(), ""), "name");
    }

    /** What is on the disk must not let anybody in: not the tables, not the log, nor WAL. */
    @Test
    void noTokenIsInAnyFile() throws Exception {
        Tokens tokens = open();
        IssuedToken bootstrap = tokens.bootstrap().orElseThrow();
        IssuedToken alice = exchanged(tokens.exchange(bootstrap.text(), "alice"));
        IssuedToken bob = tokens.create("bob", Set.of(), "alice", DAY);
        tokens.verify(bob.text());
        tokens.refresh();
        List<String> secrets =
                Stream.of(bootstrap, alice, bob)
                        .map(token -> token.text().substring(token.text().length() - 43))
                        .toList();
        int files = 0;
        boolean hashSeen = false;
        try (Stream<Path> all = Files.walk(folder.path())) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                if (file.toString().contains("/binaries/")) {
                    continue;
                }
                files++;
                String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertThat(secrets.stream().filter(content::contains))
                        .as(file.toString())
                        .isEmpty();
                hashSeen |= content.contains(bob.stored().hash());
            }
        }
        assertThat(files).isGreaterThan(100);
        assertThat(hashSeen).as("the search would have found it").isTrue();
    }

    @Test
    void peersOnThisMachineAreKnownByTheKernel() {
        assertThat(Caller.ofPeer(0, "root")).isEqualTo(new Caller.LocalRoot());
        assertThat(Caller.ofPeer(1000, "alice"))
                .isEqualTo(new Caller.Person("alice", new java.util.TreeSet<>(), "uid:1000"));
        assertThat(Caller.ofPeer(1000, "a b")).isInstanceOf(Caller.Nobody.class);
        assertThat(Caller.ofPeer(1000, "root"))
                .as("the number counts, not the name")
                .isInstanceOf(Caller.Person.class);
    }

    private static IssuedToken exchanged(Tokens.Exchange exchange) {
        return switch (exchange) {
            case Tokens.Exchange.Issued issued -> issued.token();
            case Tokens.Exchange.Refused refused -> throw new AssertionError(refused);
        };
    }

    private static Caller.Person known(Verification verification) {
        return switch (verification) {
            case Verification.Known known -> known.person();
            case Verification.Refused refused -> throw new AssertionError(refused);
        };
    }

    private static void assertRefused(Verification verification, Verification.Reason reason) {
        assertThat(verification).isEqualTo(new Verification.Refused(reason));
        assertThat(reason.explanation()).endsWith(reason == Verification.Reason.EXPIRED ? "" : ".");
    }

    @FunctionalInterface
    private interface Attempt {
        Object run() throws IdentityException;
    }

    private static void assertNotAcceptable(Attempt attempt, String text) {
        assertThatThrownBy(attempt::run)
                .isInstanceOf(IdentityException.class)
                .hasMessageContaining(text)
                .extracting(e -> ((IdentityException) e).code())
                .isEqualTo(IdentityException.Code.REFUSED);
    }

    /** The real database with an outage in front. */
    private record Interruptible(DataSource behind, AtomicBoolean outage) implements DataSource {
        @Override
        public Connection getConnection() throws java.sql.SQLException {
            if (outage.get()) {
                throw new SQLTransientConnectionException("switched off by the test");
            }
            return behind.getConnection();
        }

        @Override
        public Connection getConnection(String user, String password) throws java.sql.SQLException {
            return getConnection();
        }

        @Override
        public java.io.PrintWriter getLogWriter() throws java.sql.SQLException {
            return behind.getLogWriter();
        }

        @Override
        public void setLogWriter(java.io.PrintWriter out) throws java.sql.SQLException {
            behind.setLogWriter(out);
        }

        @Override
        public void setLoginTimeout(int seconds) throws java.sql.SQLException {
            behind.setLoginTimeout(seconds);
        }

        @Override
        public int getLoginTimeout() throws java.sql.SQLException {
            return behind.getLoginTimeout();
        }

        @Override
        public java.util.logging.Logger getParentLogger()
                throws java.sql.SQLFeatureNotSupportedException {
            return behind.getParentLogger();
        }

        @Override
        public <T> T unwrap(Class<T> type) throws java.sql.SQLException {
            return behind.unwrap(type);
        }

        @Override
        public boolean isWrapperFor(Class<?> type) throws java.sql.SQLException {
            return behind.isWrapperFor(type);
        }
    }

    @Test
    void theBootstrapIsWithheldOnlyWhileSomebodyLives() throws Exception {
        Tokens tokens = open();
        IssuedToken alice = tokens.create("alice", Set.of("operator"), "root", DAY);
        assertThat(tokens.bootstrap()).isEmpty();
        tokens.revoke(alice.stored().id());
        assertThat(tokens.bootstrap()).isPresent();
        Optional<StoredToken> listed =
                tokens.list().stream().filter(t -> t.id().equals(alice.stored().id())).findFirst();
        assertThat(listed.orElseThrow().revoked()).contains(time.instant());
    }
}
