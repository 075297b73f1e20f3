package rein.server;

import java.util.List;
import java.util.Optional;
import rein.audit.AuditException;
import rein.audit.AuditLog;
import rein.audit.Delivery;
import rein.audit.Subscription;
import rein.detect.Detection;
import rein.detect.RunDetection;
import rein.respond.Onset;
import rein.respond.Responder;
import rein.server.node.LiveRun;
import rein.server.node.LiveRuns;
import rein.server.node.Notices;
import rein.vocabulary.Draft;
import rein.vocabulary.Entry;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;

/**
 * Follows the node's log: each record goes to the detectors, each finding to the responder, on one
 * platform thread. If it cannot keep up, what was missed is counted in a LOSS record: not observed
 * is not the same as nothing found.
 */
final class Watching implements AutoCloseable {
    private static final int WAITING_RECORDS_MAX = 65_536;
    private static final long IDLE_MILLIS = 1_000;

    private final AuditLog log;
    private final RunDetection detection;
    private final Responder responder;
    private final LiveRuns runs;
    private final Subscription subscription;
    private final Thread thread;

    Watching(AuditLog log, RunDetection detection, Responder responder, LiveRuns runs)
            throws AuditException {
        this.log = log;
        this.detection = detection;
        this.responder = responder;
        this.runs = runs;
        this.subscription = log.subscribe(WAITING_RECORDS_MAX);
        this.thread = Thread.ofPlatform().name("detect").start(this::follow);
    }

    private void follow() {
        try {
            boolean on = true;
            while (on) {
                Optional<Delivery> next = subscription.next(IDLE_MILLIS);
                on = next.isEmpty() || take(next.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean take(Delivery delivery) {
        return switch (delivery) {
            case Delivery.Delivered(Entry entry) -> {
                see(entry);
                yield true;
            }
            case Delivery.Gap(long _, long count) -> {
                missed(count);
                yield true;
            }
            case Delivery.Ended() -> false;
        };
    }

    private void see(Entry entry) {
        try {
            List<Detection> detections = detection.see(entry);
            for (Detection each : detections) {
                runs.live(each.finding().run().id()).ifPresent(LiveRun::found);
                responder
                        .respond(each.finding(), new Onset(each.onsetNanos(), each.packet()))
                        .filter(_ -> each.finding().suspends())
                        .ifPresent(incident -> tell(each, incident.sentence()));
            }
        } catch (RuntimeException e) {
            // One record that a detector cannot read must not end all detection.
            System.getLogger(Watching.class.getName())
                    .log(
                            System.Logger.Level.ERROR,
                            "record " + entry.address() + " was not examined",
                            e);
            missed(1);
        }
    }

    private void tell(Detection detection, String sentence) {
        runs.live(detection.finding().run().id())
                .ifPresent(run ->
                        Notices.tell(
                                run,
                                sentence
                                        + " Resume: rein resume "
                                        + run.run().shortId()
                                        + " · end it: rein stop --kill "
                                        + run.run().shortId()));
    }

    private void missed(long count) {
        try {
            log.append(Draft.of(Kind.LOSS).size("records-unexamined", count).build());
        } catch (RecordRefusedException e) {
            System.getLogger(Watching.class.getName())
                    .log(
                            System.Logger.Level.ERROR,
                            count + " records were not examined and that was not recorded",
                            e);
        }
    }

    @Override
    public void close() {
        subscription.close();
        try {
            thread.join(java.time.Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
