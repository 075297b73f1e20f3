package rein.gateway.egress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import rein.gateway.ContentInspection;
import rein.gateway.DecisionPoint;
import rein.gateway.RunContext;
import rein.gateway.RunGrants;
import rein.gateway.RunLedger;
import rein.testkit.MemoryRecorder;
import rein.testkit.Samples;
import rein.testkit.SimulatedTime;
import rein.vocabulary.Consent;
import rein.vocabulary.Decision;
import rein.vocabulary.Entry;
import rein.vocabulary.Kind;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Reason;
import rein.vocabulary.Run;
import rein.vocabulary.Snapshot;
import rein.vocabulary.Taint;
import rein.vocabulary.Value;

/**
 * An egress door on loopback with one run, a policy that is a table of {@code host/protocol}, a
 * hosts file that is a table, and the kernel's redirect played by a table from the client's port to
 * the destination.
 */
final class Lab implements AutoCloseable {
    static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    /** The run, its standing denial set by the test. */
    static final class Context implements RunContext {
        private final Run run;
        volatile Optional<Decision> standing = Optional.empty();
        volatile boolean broken;

        private final RunGrants grants;

        Context(long number) {
            this(number, RunGrants.NONE);
        }

        Context(long number, RunGrants grants) {
            this.run = Samples.run("builder", number);
            this.grants = grants;
        }

        @Override
        public RunGrants grants() {
            return grants;
        }

        @Override
        public Run run() {
            return run;
        }

        @Override
        public Snapshot snapshot() {
            if (broken) {
                throw new IllegalStateException("no snapshot");
            }
            return new Snapshot(Samples.TENANT, 42, 0, List.of(), List.of());
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
            return Set.of("lab");
        }
    }

    final SimulatedTime time = new SimulatedTime();
    final MemoryRecorder recorder = new MemoryRecorder(time, 1);
    final Context context;
    final Set<String> allowed = ConcurrentHashMap.newKeySet();

    /** What may pass once somebody approves it. */
    final Set<String> asking = ConcurrentHashMap.newKeySet();

    final Map<String, InetAddress> hosts = new ConcurrentHashMap<>();
    final Map<Integer, InetSocketAddress> redirects = new ConcurrentHashMap<>();

    /** Whether what is allowed is allowed by a grant that names it. */
    volatile boolean named = true;

    /** What is told of every client. */
    volatile boolean hungUp;

    final EgressDoor door;
    final RunDoor run;
    final RunListeners listeners;
    private final List<AutoCloseable> closed = new ArrayList<>();

    private volatile String code = "not-permitted";

    Lab() throws IOException {
        this(RunGrants.NONE, UpstreamProxies.NONE, ContentInspection.NONE);
    }

    Lab(RunGrants grants) throws IOException {
        this(grants, UpstreamProxies.NONE, ContentInspection.NONE);
    }

    Lab(UpstreamProxies proxies) throws IOException {
        this(RunGrants.NONE, proxies, ContentInspection.NONE);
    }

    Lab(ContentInspection inspection) throws IOException {
        this(RunGrants.NONE, UpstreamProxies.NONE, inspection);
    }

    private Lab(RunGrants grants, UpstreamProxies proxies, ContentInspection inspection)
            throws IOException {
        context = new Context(1, grants);
        DecisionPoint table =
                (request, snapshot, facts) -> {
                    String key =
                            text(request.context().get("host"))
                                    + "/"
                                    + text(request.context().get("protocol"));
                    boolean granted =
                            facts.policies().stream().anyMatch(text -> text.text().equals(key));
                    if (asking.contains(key)) {
                        return new Decision(
                                Decision.Outcome.REQUIRE_APPROVAL,
                                List.of("lab#ask"),
                                List.of(new Reason("approval-required", "Ask.", "")),
                                named,
                                List.of(),
                                Set.of(Taint.PRIVATE_DATA),
                                Optional.of(new Consent(Consent.Role.OWNER, Consent.HOLD)));
                    }
                    return allowed.contains(key) || granted
                            ? new Decision(
                                    Decision.Outcome.ALLOW, List.of("lab#allow"), List.of(), named)
                            : Decision.deny(
                                    code, "No policy permits " + key + ".", "Write a policy.");
                };
        listeners =
                new RunListeners(
                        ServerSocketChannel.open().bind(new InetSocketAddress(LOOPBACK, 0)),
                        ServerSocketChannel.open().bind(new InetSocketAddress(LOOPBACK, 0)),
                        DatagramChannel.open().bind(new InetSocketAddress(LOOPBACK, 0)));
        InetSocketAddress redirected = (InetSocketAddress) listeners.redirected().getLocalAddress();
        InetSocketAddress proxy = (InetSocketAddress) listeners.proxy().getLocalAddress();
        Predicate<InetSocketAddress> own = at -> at.equals(redirected) || at.equals(proxy);
        door =
                new EgressDoor(
                        new Parts(
                                table,
                                name ->
                                        new Resolution(
                                                Optional.ofNullable(hosts.get(name)).stream()
                                                        .toList(),
                                                Resolution.Source.HOSTS),
                                recorder,
                                accepted -> {
                                    int port =
                                            ((InetSocketAddress) accepted.getRemoteAddress())
                                                    .getPort();
                                    InetSocketAddress to = redirects.get(port);
                                    if (to == null) {
                                        throw new IOException("not redirected");
                                    }
                                    return to;
                                },
                                _ -> hungUp,
                                () -> Set.of(LOOPBACK),
                                own,
                                time,
                                proxies,
                                asked ->
                                        Map.of(
                                                "asked",
                                                asked.policy().outcome()
                                                        + " "
                                                        + asked.request().resource()),
                                inspection));
        run = door.open(context, listeners, new RunLedger(time));
    }

    private static String text(@org.jspecify.annotations.Nullable Value value) {
        return value instanceof Value.Text(String text) ? text : "";
    }

    void allow(String... keys) {
        allowed.addAll(List.of(keys));
    }

    /** The code of denials from here on. */
    void denyAs(String reason) {
        code = reason;
    }

    /** Puts a name into the hosts file. */
    void host(String name) {
        hosts.put(name, LOOPBACK);
    }

    <T extends AutoCloseable> T closing(T resource) {
        closed.add(resource);
        return resource;
    }

    /** Looks a name up as the agent would. */
    InetAddress lookUp(String name) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
            socket.setSoTimeout(5_000);
            ByteBuffer query = NameServerTest.query(9, name, DnsQuery.A);
            byte[] bytes = new byte[query.remaining()];
            query.get(bytes);
            socket.send(
                    new DatagramPacket(
                            bytes,
                            bytes.length,
                            (InetSocketAddress) listeners.names().getLocalAddress()));
            DatagramPacket answer = new DatagramPacket(new byte[512], 512);
            socket.receive(answer);
            return NameServerTest.address(
                            ByteBuffer.wrap(answer.getData()).limit(answer.getLength()))
                    .orElseThrow();
        }
    }

    /** Connects to a name, through the redirect. */
    Peer connect(String name, int port) throws IOException {
        return connect(new InetSocketAddress(lookUp(name), port));
    }

    Peer connect(InetSocketAddress original) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(LOOPBACK, 0));
        redirects.put(socket.getLocalPort(), original);
        socket.connect((InetSocketAddress) listeners.redirected().getLocalAddress());
        return closing(new Peer(socket));
    }

    Peer proxy() throws IOException {
        Socket socket = new Socket();
        socket.connect((InetSocketAddress) listeners.proxy().getLocalAddress());
        return closing(new Peer(socket));
    }

    /** Records of a kind, waiting until there are as many. */
    List<Entry> records(Kind kind, int atLeast) {
        List<Entry> found = List.of();
        for (int tries = 0; tries < 500; tries++) {
            found = recorder.entries().stream().filter(e -> e.draft().kind() == kind).toList();
            if (found.size() >= atLeast) {
                return found;
            }
            pause();
        }
        return found;
    }

    Map<String, String> lastDecision() {
        return new TreeMap<>(records(Kind.DECISION, 1).getLast().draft().detail());
    }

    String lastCode() {
        Decision decision = records(Kind.DECISION, 1).getLast().draft().decision().orElseThrow();
        return decision.allowed() ? "allowed" : decision.reasons().getFirst().code();
    }

    static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        for (AutoCloseable resource : closed.reversed()) {
            try {
                resource.close();
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        }
        door.close();
    }

    /** One end of a connection, speaking Latin-1. */
    static final class Peer implements AutoCloseable {
        private static final int MILLIS_MAX = 10_000;
        final Socket socket;

        Peer(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout(MILLIS_MAX);
        }

        Peer send(String text) throws IOException {
            return send(text.getBytes(ISO_8859_1));
        }

        Peer send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            return this;
        }

        /** Reads exactly as many bytes, fewer at the end. */
        String read(int bytes) throws IOException {
            return new String(socket.getInputStream().readNBytes(bytes), ISO_8859_1);
        }

        String readToEnd() throws IOException {
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }

        /** Reads up to and including the text. */
        String readUntil(String end) throws IOException {
            InputStream in = socket.getInputStream();
            StringBuilder text = new StringBuilder();
            while (text.indexOf(end) < 0) {
                int c = in.read();
                if (c < 0) {
                    return text.append("<end>").toString();
                }
                text.append((char) c);
            }
            return text.toString();
        }

        /** One response with a Content-Length, or none. */
        String readResponse() throws IOException {
            String head = readUntil("\r\n\r\n");
            int at = head.toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ");
            if (at < 0) {
                return head;
            }
            int end = head.indexOf('\r', at);
            return head + read(Integer.parseInt(head.substring(at + 16, end)));
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
