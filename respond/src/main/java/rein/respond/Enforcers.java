package rein.respond;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import rein.vocabulary.Cut;
import rein.vocabulary.Enforcer;
import rein.vocabulary.StopOrder;

/**
 * All registered enforcement points. An order goes to every one of them at the same moment, each on
 * a virtual thread of its own; who does not answer in time is named. A late one is not interrupted:
 * it may be about to succeed, and half a cut is worse.
 */
final class Enforcers {
    /**
     * The budget is 1 s for 1,000 runs; one that needs twice that is broken, and people who wait
     * for the receipt must know.
     */
    static final Duration WAIT_MAX = Duration.ofSeconds(2);

    /**
     * Calls of one point that have not returned: as many as orders may be in force, thrice over. A
     * point that hangs for so long is not called again, and every receipt says so.
     */
    static final int CALLS_MAX = 3 * StopJournal.ORDERS_MAX;

    private static final int REASON_CHARS_MAX = 200;

    /** What came back: who confirmed what, and who did not and why. */
    record Answers(SortedMap<String, Set<Cut>> confirmed, SortedMap<String, String> unconfirmed) {}

    private record Point(String name, Enforcer enforcer, AtomicInteger calls) {}

    private final Duration waitMax;
    private final List<Point> points = new CopyOnWriteArrayList<>();

    Enforcers(Duration waitMax) {
        this.waitMax = waitMax;
    }

    void register(String name, Enforcer enforcer) {
        if (points.stream().anyMatch(point -> point.name.equals(name))) {
            throw new IllegalArgumentException(
                    "an enforcement point named '" + name + "' is registered already");
        }
        points.add(new Point(name, enforcer, new AtomicInteger()));
    }

    List<String> names() {
        return points.stream().map(Point::name).sorted().toList();
    }

    Answers cut(StopOrder order) {
        SortedMap<String, CompletableFuture<Set<Cut>>> calls = new TreeMap<>();
        for (Point point : points) {
            calls.put(point.name, call(point, order));
        }
        // allOf is done when every call is, well or badly.
        Patience.upTo(
                CompletableFuture.allOf(calls.values().toArray(new CompletableFuture<?>[0])),
                waitMax);
        SortedMap<String, Set<Cut>> confirmed = new TreeMap<>();
        SortedMap<String, String> unconfirmed = new TreeMap<>();
        calls.forEach((name, call) -> {
            if (!call.isDone()) {
                unconfirmed.put(name, "did not answer within " + waitMax.toMillis() + " ms");
            } else if (call.isCompletedExceptionally()) {
                unconfirmed.put(name, "failed: " + why(call.exceptionNow()));
            } else {
                confirmed.put(name, call.resultNow());
            }
        });
        return new Answers(confirmed, unconfirmed);
    }

    private static CompletableFuture<Set<Cut>> call(Point point, StopOrder order) {
        CompletableFuture<Set<Cut>> answer = new CompletableFuture<>();
        if (point.calls.incrementAndGet() > CALLS_MAX) {
            point.calls.decrementAndGet();
            answer.completeExceptionally(
                    new IllegalStateException(CALLS_MAX + " earlier orders are unanswered"));
            return answer;
        }
        Thread.ofVirtual()
                .name("cut-" + point.name)
                .start(() -> {
                    try {
                        answer.complete(Set.copyOf(point.enforcer.cut(order)));
                    } catch (Throwable broken) {
                        // Whatever it is: this point did not confirm, and is named.
                        answer.completeExceptionally(broken);
                    } finally {
                        point.calls.decrementAndGet();
                    }
                });
        return answer;
    }

    static String why(Throwable failure) {
        String message = failure.getMessage();
        String text = failure.getClass().getSimpleName() + (message == null ? "" : ": " + message);
        return Words.clean(text, REASON_CHARS_MAX);
    }
}
