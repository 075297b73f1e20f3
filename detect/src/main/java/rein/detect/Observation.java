package rein.detect;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import rein.vocabulary.Decision;
import rein.vocabulary.Door;
import rein.vocabulary.Draft;
import rein.vocabulary.Entry;
import rein.vocabulary.Kind;

/**
 * A record as detectors read it; read once, then shown to all of them. The names of the members are
 * those that the egress door, the exec observer and the name service write.
 */
public sealed interface Observation {
    /** The reason code of a denied connection that a known client makes to report on itself. */
    String CLIENT_TELEMETRY = "client-telemetry";

    /** The reason code of a denied connection to one of Rein's own ports. */
    String OWN_PORT = "own-listener";

    Entry entry();

    /** Event time: nanoseconds of the node's boot clock, which no clock setting moves. */
    default long nanos() {
        return entry().stamp().monotonicNanos();
    }

    default Evidence evidence() {
        return new Evidence(entry().stamp().id(), nanos(), this instanceof Connection);
    }

    /**
     * A decision at the egress door.
     *
     * @param host name in lower case, or address
     * @param route transparent, connect, socks or forward
     * @param named whether the run asked for it by name
     * @param address what the name stands for, where that is known
     * @param addressClass public, private, metadata, …; empty where no address is known
     */
    record Connection(
            Entry entry,
            String host,
            int port,
            String protocol,
            String route,
            boolean named,
            Optional<String> address,
            String addressClass,
            Decision decision)
            implements Observation {
        private static final Set<String> WEB = Set.of("http", "tls", "websocket");

        boolean refused() {
            return !decision.allowed();
        }

        boolean deniedFor(String code) {
            return refused()
                    && decision.reasons().stream().anyMatch(reason -> reason.code().equals(code));
        }

        /** Denied for any reason but that a known client reported on itself. */
        boolean denied() {
            return decision.outcome() == Decision.Outcome.DENY && !deniedFor(CLIENT_TELEMETRY);
        }

        boolean speaksWeb() {
            return WEB.contains(protocol);
        }

        /** The client has sent bytes. */
        boolean spoke() {
            return !protocol.equals("silent");
        }

        /** {@code host:port}, IPv6 in brackets, fit for a sentence. */
        String target() {
            String clean = Plain.text(host, Plain.HOST_CHARS_MAX);
            return (clean.indexOf(':') >= 0 ? "[" + clean + "]" : clean) + ":" + port;
        }
    }

    /**
     * A program was executed. {@code file} as it was given to the kernel; {@code argv} may be
     * empty.
     */
    record Execution(Entry entry, String file, List<String> argv, boolean writablePath)
            implements Observation {
        /** The program's name without its folder: of the file, else of the first argument. */
        String program() {
            return Argv.baseName(file.isEmpty() && !argv.isEmpty() ? argv.getFirst() : file);
        }

        /** Without the program itself. */
        List<String> arguments() {
            return argv.size() < 2 ? List.of() : argv.subList(1, argv.size());
        }
    }

    /** A name was asked for. */
    record Lookup(Entry entry, String name, boolean suspicious) implements Observation {}

    /** Nothing that a detector of this stage reads. */
    record Other(Entry entry) implements Observation {}

    /** A record of the right kind that lacks what it must have; the caller counts it. */
    record Unreadable(Entry entry) implements Observation {}

    static Observation of(Entry entry) {
        Draft draft = entry.draft();
        if (draft.kind() == Kind.DECISION && draft.door().equals(Optional.of(Door.EGRESS))) {
            return connection(entry, draft);
        }
        if (draft.kind() == Kind.EXEC) {
            SortedMap<String, String> content = draft.content();
            return new Execution(
                    entry,
                    content.getOrDefault("file", ""),
                    Argv.split(content.getOrDefault("argv", "")),
                    Boolean.parseBoolean(draft.detail().get("writable-path")));
        }
        if (draft.kind() == Kind.NAME_LOOKUP) {
            return new Lookup(
                    entry,
                    draft.detail().getOrDefault("name", "").toLowerCase(Locale.ROOT),
                    Boolean.parseBoolean(draft.detail().get("suspicious")));
        }
        return new Other(entry);
    }

    private static Observation connection(Entry entry, Draft draft) {
        SortedMap<String, String> detail = draft.detail();
        String host = detail.getOrDefault("host", detail.getOrDefault("address", ""));
        int port = port(detail.getOrDefault("port", ""));
        Optional<Decision> decision = draft.decision();
        if (host.isEmpty() || port < 0 || decision.isEmpty()) {
            return new Unreadable(entry);
        }
        return new Connection(
                entry,
                host.toLowerCase(Locale.ROOT),
                port,
                detail.getOrDefault("protocol", "unknown"),
                detail.getOrDefault("route", "transparent"),
                Boolean.parseBoolean(detail.get("named")),
                Optional.ofNullable(detail.get("address")),
                detail.getOrDefault("address-class", ""),
                decision.get());
    }

    private static int port(String text) {
        if (text.isEmpty() || text.length() > 5) {
            return -1;
        }
        int port = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            port = port * 10 + digit - '0';
        }
        return port <= 65_535 ? port : -1;
    }
}
