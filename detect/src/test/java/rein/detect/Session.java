package rein.detect;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import rein.testkit.Samples;
import rein.vocabulary.Action;
import rein.vocabulary.Decision;
import rein.vocabulary.Door;
import rein.vocabulary.Draft;
import rein.vocabulary.EntityUid;
import rein.vocabulary.Entry;
import rein.vocabulary.Finding;
import rein.vocabulary.Kind;
import rein.vocabulary.LogAddress;
import rein.vocabulary.Run;
import rein.vocabulary.Severity;
import rein.vocabulary.Stamp;

/** A run told record by record, with its own idea of time, and what was found in it. */
final class Session {
    static final Set<Integer> MANAGEMENT = Set.of(7400);
    private static final Instant START = Instant.parse("2026-11-01T08:00:00Z");

    final Run run = Samples.run("coder", 7);
    final RunDetection detection = new RunDetection(Detectors.all(MANAGEMENT));
    final List<Detection> found = new ArrayList<>();
    private Duration now = Duration.ofHours(1);
    private long records;

    Session after(Duration time) {
        now = now.plus(time);
        return this;
    }

    Session seconds(long seconds) {
        return after(Duration.ofSeconds(seconds));
    }

    /** A connection as the egress door records it; changed by the builder before it is shown. */
    Link to(String host, int port, String protocol) {
        return new Link(host, port, protocol);
    }

    Session exec(String file, String... arguments) {
        return show(exec(false, file, arguments));
    }

    Session execWritable(String file, String... arguments) {
        return show(exec(true, file, arguments));
    }

    Draft.Builder exec(boolean writable, String file, String... arguments) {
        List<String> argv = new ArrayList<>();
        argv.add(file);
        argv.addAll(List.of(arguments));
        return Draft.of(Kind.EXEC)
                .run(run)
                .door(Door.EXEC)
                .detail("pid", "17")
                .detail("writable-path", Boolean.toString(writable))
                .content("file", file)
                .content("argv", Argv.join(argv))
                .content("comm", Argv.baseName(file));
    }

    Session lookup(String name, boolean suspicious) {
        return show(
                Draft.of(Kind.NAME_LOOKUP)
                        .run(run)
                        .detail("name", name)
                        .detail("suspicious", Boolean.toString(suspicious)));
    }

    Session show(Draft.Builder draft) {
        found.addAll(detection.see(entry(draft.build())));
        return this;
    }

    Entry entry(Draft draft) {
        records++;
        Stamp stamp =
                new Stamp(
                        1,
                        new UUID(0x7000, records),
                        Samples.TENANT,
                        "test.example/node-1",
                        "node-1",
                        START.plus(now),
                        now.toNanos(),
                        new UUID(0, 1),
                        records,
                        Optional.empty());
        return new Entry(new LogAddress(stamp.log(), records), stamp, draft);
    }

    List<String> rules() {
        return found.stream().map(detection -> detection.finding().rule()).toList();
    }

    List<String> suspending() {
        return found.stream()
                .map(Detection::finding)
                .filter(Finding::suspends)
                .map(Finding::rule)
                .toList();
    }

    Severity worst() {
        return found.stream()
                .map(detection -> detection.finding().severity())
                .max(Severity::compareTo)
                .orElse(Severity.INFORMATIONAL);
    }

    String sentences() {
        return String.join(" ", found.stream().map(d -> d.finding().sentence()).toList());
    }

    /** One connection in the making. */
    final class Link {
        private final String host;
        private final int port;
        private final String protocol;
        private String route = "transparent";
        private String addressClass = "public";
        private Optional<String> address = Optional.empty();

        private Link(String host, int port, String protocol) {
            this.host = host;
            this.port = port;
            this.protocol = protocol;
        }

        Link by(String door) {
            route = door;
            return this;
        }

        Link in(String range) {
            addressClass = range;
            return this;
        }

        Link at(String ip) {
            address = Optional.of(ip);
            return this;
        }

        Session allowed() {
            return decided(new Decision(Decision.Outcome.ALLOW, List.of("p"), List.of(), false));
        }

        Session denied() {
            return denied("no-policy-permits");
        }

        Session denied(String code) {
            return decided(Decision.deny(code, "Not permitted.", "Ask."));
        }

        Draft.Builder draft(Decision decision) {
            boolean named = host.chars().anyMatch(c -> c >= 'g' && c <= 'z');
            Draft.Builder draft =
                    Draft.of(Kind.DECISION)
                            .run(run)
                            .door(Door.EGRESS)
                            .asked(Action.NETWORK_CONNECT, new EntityUid("Host", host))
                            .decided(decision, 1)
                            .detail("host", host)
                            .detail("port", Integer.toString(port))
                            .detail("protocol", protocol)
                            .detail("route", route)
                            .detail("named", Boolean.toString(named))
                            .detail("address-class", addressClass);
            address.ifPresent(ip -> draft.detail("address", ip));
            return draft;
        }

        private Session decided(Decision decision) {
            return show(draft(decision));
        }
    }
}
