package rein.gateway.ingress;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import rein.gateway.RunContext;
import rein.gateway.RunLedger;
import rein.testkit.MemoryRecorder;
import rein.testkit.Samples;
import rein.testkit.SimulatedTime;
import rein.vocabulary.Cut;
import rein.vocabulary.Decision;
import rein.vocabulary.Draft;
import rein.vocabulary.Entry;
import rein.vocabulary.PolicyText;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.Run;
import rein.vocabulary.Snapshot;
import rein.vocabulary.StopOrder;

/** The run is this process: its loopback is ours, and its port an echo. */
final class ExposedPortsTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private static final class Context implements RunContext {
        private final Run run = Samples.run("builder", 1);
        volatile Optional<Decision> standing = Optional.empty();

        @Override
        public Run run() {
            return run;
        }

        @Override
        public Snapshot snapshot() {
            return new Snapshot(Samples.TENANT, 1, 0, List.of(), List.of());
        }

        @Override
        public String pack() {
            return "coding";
        }

        @Override
        public List<PolicyText> policies() {
            return List.of();
        }

        @Override
        public Optional<Decision> standing() {
            return standing;
        }

        @Override
        public Set<String> groupsOf(String host) {
            return Set.of();
        }
    }

    private final SimulatedTime time = new SimulatedTime();
    private final MemoryRecorder recorder = new MemoryRecorder(time, 1);
    private final Context context = new Context();
    private final RunLedger ledger = new RunLedger(new rein.testkit.SimulatedTime());
    private final ExposedPorts exposed = new ExposedPorts(recorder, time);
    private final List<AutoCloseable> closed = new ArrayList<>();
    private final AtomicInteger reached = new AtomicInteger();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : closed) {
            each.close();
        }
        exposed.close();
    }

    private ServerSocket echo() throws IOException {
        ServerSocket listener = new ServerSocket(0, 50, LOOPBACK);
        closed.add(listener);
        Thread.ofVirtual()
                .start(() -> {
                    while (!listener.isClosed()) {
                        try {
                            Socket socket = listener.accept();
                            reached.incrementAndGet();
                            Thread.ofVirtual().start(() -> echo(socket));
                        } catch (IOException over) {
                            return;
                        }
                    }
                });
        return listener;
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException over) {
            // The test has ended it.
        }
    }

    private ExposedPort expose(int port) throws IOException {
        return exposed.open(
                        context,
                        ledger,
                        List.of(new ExposedPort(port, 0)),
                        () -> SocketChannel.open(StandardProtocolFamily.INET))
                .getFirst();
    }

    private Socket connect(ExposedPort port) throws IOException {
        Socket socket = new Socket();
        closed.add(socket);
        socket.connect(new InetSocketAddress(LOOPBACK, port.hostPort()));
        socket.setSoTimeout(10_000);
        return socket;
    }

    private List<Draft> records(int atLeast) throws InterruptedException {
        for (int tries = 0; tries < 500 && recorder.entries().size() < atLeast; tries++) {
            Thread.sleep(10);
        }
        return recorder.entries().stream().map(Entry::draft).toList();
    }

    private static StopOrder order() {
        return new StopOrder(
                new UUID(1, 1),
                new StopOrder.Scope.Fleet(),
                StopOrder.Mode.SUSPEND,
                "test",
                "alice",
                1,
                Instant.parse("2026-11-01T08:00:00Z"),
                Optional.empty());
    }

    @Test
    void whatTheHostSaysArrivesAndEachConnectionIsTwoRecords() throws Exception {
        ExposedPort port = expose(echo().getLocalPort());
        Socket socket = connect(port);
        socket.getOutputStream().write("hello".getBytes(US_ASCII));
        socket.shutdownOutput();
        assertThat(socket.getInputStream().readAllBytes()).asString(US_ASCII).isEqualTo("hello");
        List<Draft> records = records(2);
        assertThat(records.getFirst().detail())
                .containsEntry("direction", "inbound")
                .containsEntry("end", "opened")
                .containsEntry("run-port", String.valueOf(port.port()))
                .containsEntry("host-port", String.valueOf(port.hostPort()))
                .containsEntry("peer", "127.0.0.1:" + socket.getLocalPort());
        assertThat(records.getLast().detail()).containsEntry("end", "closed");
        assertThat(records.getLast().sizes())
                .containsEntry("to-run-bytes", 5L)
                .containsEntry("to-host-bytes", 5L);
        assertThat(records.getLast().cause()).contains(recorder.entries().getFirst().stamp().id());
    }

    @Test
    void whereNobodyListensTheConnectionEndsAtOnce() throws Exception {
        int nobody;
        try (ServerSocket gone = new ServerSocket(0, 1, LOOPBACK)) {
            nobody = gone.getLocalPort();
        }
        assertThat(connect(expose(nobody)).getInputStream().read()).isEqualTo(-1);
        assertThat(records(2).getLast().detail()).containsEntry("end", "nobody-listens");
    }

    @Test
    void nothingPassesUnrecorded() throws Exception {
        ExposedPort port = expose(echo().getLocalPort());
        recorder.refuseNext(RecordRefusedException.Code.DISK_FULL);
        Socket socket = connect(port);
        assertThatThrownBy(() -> ended(socket)).isInstanceOf(IOException.class);
        assertThat(reached).hasValue(0);
        assertThat(ledger.counter(RunLedger.RECORDS_REFUSED)).isEqualTo(1);
    }

    @Test
    void aStopCutsWhatIsOpenAndClosesTheWayIn() throws Exception {
        ExposedPort port = expose(echo().getLocalPort());
        Socket socket = connect(port);
        socket.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
        context.standing = Optional.of(Decision.deny("stopped", "This run is stopped.", ""));
        assertThat(exposed.cut(order()))
                .singleElement()
                .satisfies((Cut cut) -> {
                    assertThat(cut.what()).isEqualTo("inbound-cut");
                    assertThat(cut.count()).isEqualTo(1);
                });
        assertThatThrownBy(() -> ended(socket)).isInstanceOf(IOException.class);
        assertThat(records(2).getLast().detail()).containsEntry("end", "cut");
        Socket later = connect(port);
        assertThatThrownBy(() -> ended(later)).isInstanceOf(IOException.class);
        assertThat(reached).hasValue(1);
        assertThat(ledger.counter(RunLedger.CONNECTIONS_REFUSED)).isEqualTo(1);
        context.standing = Optional.empty();
        Socket resumed = connect(port);
        resumed.getOutputStream().write('y');
        assertThat(resumed.getInputStream().read()).isEqualTo('y');
    }

    @Test
    void connectionsAreBounded() throws Exception {
        ExposedPort port = expose(echo().getLocalPort());
        for (int i = 0; i < RunPorts.CONNECTIONS_MAX; i++) {
            Socket socket = connect(port);
            socket.getOutputStream().write('x');
            assertThat(socket.getInputStream().read()).isEqualTo('x');
        }
        Socket over = connect(port);
        assertThatThrownBy(() -> ended(over)).isInstanceOf(IOException.class);
        assertThat(ledger.counter(RunLedger.CONNECTIONS_REFUSED)).isEqualTo(1);
    }

    @Test
    void afterTheRunThePortIsFree() throws Exception {
        ExposedPort port = expose(echo().getLocalPort());
        Socket socket = connect(port);
        socket.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
        exposed.close(context.run().id());
        assertThatThrownBy(() -> ended(socket)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> connect(port)).isInstanceOf(IOException.class);
        assertThat(exposed.cut(order())).isEmpty();
    }

    @Test
    void aPortThatIsTakenIsSaidAndNothingStaysOpen() throws Exception {
        int taken = echo().getLocalPort();
        int free = echo().getLocalPort();
        assertThatThrownBy(() ->
                        exposed.open(
                                context,
                                ledger,
                                List.of(new ExposedPort(free, 0), new ExposedPort(free, taken)),
                                () -> SocketChannel.open(StandardProtocolFamily.INET)))
                .hasMessageContaining("127.0.0.1:" + taken);
        assertThat(exposed.cut(order())).isEmpty();
    }

    @Test
    void whatIsNoPortIsSaid() {
        assertThat(ExposedPort.parse("3000")).isEqualTo(new ExposedPort(3000, 3000));
        assertThat(ExposedPort.parse("3000:80")).isEqualTo(new ExposedPort(3000, 80));
        assertThat(ExposedPort.parse("3000:0")).isEqualTo(new ExposedPort(3000, 0));
        for (String wrong : List.of("", "0", "http", "3000:", "3000:1:2", "70000", "1:70000")) {
            assertThatThrownBy(() -> ExposedPort.parse(wrong))
                    .as(wrong)
                    .hasMessageContaining("--expose is PORT or PORT:HOSTPORT");
        }
    }

    /** Returns only by an exception: the connection was reset. */
    private static void ended(Socket socket) throws IOException {
        socket.getOutputStream().write('x');
        while (socket.getInputStream().read() >= 0) {
            socket.getOutputStream().write('x');
        }
        throw new IOException("closed");
    }
}
