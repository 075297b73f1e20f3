package rein.server.console;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import rein.identity.Caller;
import rein.server.api.ReceiptView;
import rein.server.api.StopPoint;
import rein.server.http.Api;
import rein.server.http.Call;
import rein.server.http.Json;
import rein.server.http.ProblemException;
import rein.vocabulary.Action;
import rein.vocabulary.Cut;
import rein.vocabulary.Enforcer;
import rein.vocabulary.StopOrder;
import rein.vocabulary.Ticker;

/**
 * {@code /v1/stops/live}: each enforcement point's answer while a receipt is still being made. It
 * listens beside the points and never delays one; a reader that does not keep up misses answers,
 * which the receipt has all the same.
 */
public final class StopFeed {
    /** A stop has a handful of points; this is a stop of every run of a busy fleet, one by one. */
    private static final int WAITING_MAX = 1_024;

    /** Dialogs that are open at the same time. */
    private static final int READERS_MAX = 64;

    private static final long HEARTBEAT_MILLIS = 5_000;

    private final Ticker ticker;
    private final List<BlockingQueue<StopPoint>> readers = new CopyOnWriteArrayList<>();

    public StopFeed(Ticker ticker) {
        this.ticker = ticker;
    }

    /** The same enforcement point, heard. */
    public Enforcer heard(String name, Enforcer enforcer) {
        return order -> {
            long began = ticker.nanos();
            try {
                Set<Cut> cuts = enforcer.cut(order);
                tell(order, name, true, ReceiptView.answer(cuts), began);
                return cuts;
            } catch (RuntimeException e) {
                tell(order, name, false, ProblemException.why(e), began);
                throw e;
            }
        };
    }

    private void tell(StopOrder order, String name, boolean confirmed, String answer, long began) {
        StopPoint point =
                new StopPoint(
                        order.id(),
                        ReceiptView.scope(order.scope()),
                        order.mode() == StopOrder.Mode.TERMINATE ? "terminate" : "suspend",
                        name,
                        confirmed,
                        answer,
                        (ticker.nanos() - began) / 1_000);
        for (BlockingQueue<StopPoint> reader : readers) {
            boolean _ = reader.offer(point);
        }
    }

    /**
     * Adds the feed.
     *
     * @param points the names of all registered points, in the receipt's order
     * @param seesAll who may hear of everybody's stops; others hear the names, and see their
     *     receipt
     */
    public void addTo(Api api, Supplier<List<String>> points, Predicate<Caller> seesAll) {
        api.add(
                new Api.StreamRoute(
                        "/v1/stops/live",
                        "Answers of enforcement points as server-sent events; the first event names the points",
                        Action.AUDIT_READ,
                        call -> live(call, points.get(), seesAll.test(call.caller()))));
    }

    private void live(Call call, List<String> points, boolean all) throws IOException {
        BlockingQueue<StopPoint> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
        if (readers.size() >= READERS_MAX) {
            throw new ProblemException(
                    503, "too-many-readers", READERS_MAX + " screens follow stops already.");
        }
        if (all) {
            readers.add(waiting);
        }
        try (OutputStream out = call.exchange().stream(200, "text/event-stream")) {
            write(out, "event: points\ndata: " + Json.MAPPER.writeValueAsString(points) + "\n\n");
            while (true) {
                StopPoint next = waiting.poll(HEARTBEAT_MILLIS, TimeUnit.MILLISECONDS);
                write(
                        out,
                        next == null
                                ? ": here\n\n"
                                : "event: point\ndata: "
                                        + Json.MAPPER.writeValueAsString(next)
                                        + "\n\n");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            readers.remove(waiting);
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
