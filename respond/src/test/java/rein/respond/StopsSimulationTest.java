package rein.respond;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rein.testkit.Samples;
import rein.vocabulary.Cut;
import rein.vocabulary.Receipt;
import rein.vocabulary.RecordRefusedException.Code;
import rein.vocabulary.Run;
import rein.vocabulary.StopOrder;
import rein.vocabulary.StopOrder.Mode;
import rein.vocabulary.StopOrder.Scope;

class StopsSimulationTest {
    @TempDir private Path folder;

    /** A sandbox: which of these runs are frozen. */
    private static final class Sandbox {
        final List<Run> runs = new ArrayList<>();
        final Set<UUID> frozen = ConcurrentHashMap.newKeySet();

        Sandbox(int count) {
            for (int i = 0; i < count; i++) {
                runs.add(Samples.run("agent-" + i % 7, i + 1));
            }
        }

        Set<Cut> cut(StopOrder order) {
            return runs.stream()
                    .filter(order.scope()::covers)
                    .peek(run -> frozen.add(run.id()))
                    .map(run -> new Cut(run.id(), "frozen", 1, 0, 1))
                    .collect(Collectors.toSet());
        }

        void plugInto(Bench bench) {
            bench.stops.register("sandbox", this::cut);
            bench.resumer =
                    (ended, stillStopped) ->
                            runs.stream()
                                    .filter(ended.scope()::covers)
                                    .filter(run -> !stillStopped.test(run))
                                    .forEach(run -> frozen.remove(run.id()));
        }
    }

    /**
     * Orders, resumes, refusals, disk faults and restarts; the frozen runs are the covered ones.
     */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void whatIsCoveredIsFrozenAndNothingElse(long seed) throws IOException {
        Random random = new Random(seed);
        Sandbox sandbox = new Sandbox(30);
        Map<UUID, StopOrder> model = new HashMap<>();
        Bench bench = new Bench(folder);
        sandbox.plugInto(bench);
        for (int step = 0; step < 300; step++) {
            switch (random.nextInt(12)) {
                case 0 -> bench.recorder.refuseNext(Code.DISK_FULL);
                case 1 -> bench.file.failNext(1);
                case 2 -> {
                    bench.file.failNext(0);
                    bench.stops.flushLate();
                    bench.close();
                    bench = new Bench(folder, 1_000L + step);
                    sandbox.plugInto(bench);
                }
                case 3, 4, 5, 6 -> {
                    List<StopOrder> standing = bench.stops.inForce();
                    if (!standing.isEmpty()) {
                        StopOrder order = standing.get(random.nextInt(standing.size()));
                        try {
                            bench.stops.resume(order.id(), "bob", "");
                            model.remove(order.id());
                        } catch (StopException stays) {
                            assertThat(stays.code()).isEqualTo(StopException.Code.NOT_RESUMED);
                        }
                    }
                }
                default -> {
                    StopOrder order =
                            bench.stops
                                    .issue(scope(random), mode(random), "", "x", Optional.empty())
                                    .order();
                    model.put(order.id(), order);
                }
            }
            assertThat(bench.stops.inForce()).containsExactlyInAnyOrderElementsOf(model.values());
            for (Run run : sandbox.runs) {
                boolean covered =
                        model.values().stream().anyMatch(order -> order.scope().covers(run));
                assertThat(bench.stops.standing(run).isPresent()).isEqualTo(covered);
                assertThat(sandbox.frozen.contains(run.id())).isEqualTo(covered);
            }
        }
        bench.close();
    }

    /** Many threads stop and resume at once; afterwards nothing that is covered runs. */
    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void threadsAtOnceLeaveNothingRunningThatIsStopped(long seed)
            throws IOException, InterruptedException {
        Sandbox sandbox = new Sandbox(20);
        try (Bench bench = new Bench(folder)) {
            sandbox.plugInto(bench);
            CountDownLatch go = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (int each = 0; each < 6; each++) {
                Random random = new Random(seed * 31 + each);
                threads.add(Thread.ofVirtual().start(() -> play(bench, random, go)));
            }
            go.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            for (Run run : sandbox.runs) {
                assertThat(sandbox.frozen.contains(run.id()))
                        .as("run %s", run.shortId())
                        .isEqualTo(bench.stops.standing(run).isPresent());
            }
            assertThat(bench.journal.inForce()).isEqualTo(bench.stops.inForce());
        }
    }

    private static void play(Bench bench, Random random, CountDownLatch go) {
        try {
            go.await();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        for (int step = 0; step < 25; step++) {
            if (random.nextBoolean()) {
                bench.stops.issue(scope(random), mode(random), "", "x", Optional.empty());
                continue;
            }
            List<StopOrder> standing = bench.stops.inForce();
            if (!standing.isEmpty()) {
                try {
                    bench.stops.resume(
                            standing.get(random.nextInt(standing.size())).id(), "bob", "");
                } catch (StopException somebodyElseDid) {
                    assertThat(somebodyElseDid.code())
                            .isIn(StopException.Code.NOT_IN_FORCE, StopException.Code.NOT_RESUMED);
                }
            }
        }
    }

    @Test
    void stoppingTheFleetListsEveryOneOfAThousandRuns() throws IOException {
        Sandbox sandbox = new Sandbox(1_000);
        try (Bench bench = new Bench(folder)) {
            sandbox.plugInto(bench);
            bench.stops.register("egress", sandbox::cut);
            Receipt receipt =
                    bench.stops.issue(
                            new Scope.Fleet(), Mode.TERMINATE, "drill", "alice", Optional.empty());
            assertThat(receipt.complete()).isTrue();
            assertThat(receipt.confirmed().get("sandbox")).hasSize(1_000);
            assertThat(receipt.confirmed().get("egress")).hasSize(1_000);
            assertThat(sandbox.frozen).hasSize(1_000);
            assertThat(
                            new ReceiptVerifier(Map.of("key-1", bench.keys.getPublic()))
                                    .verify(ReceiptJson.write(receipt))
                                    .valid())
                    .isTrue();
        }
    }

    @Test
    void aThousandStopsOfOneRunEachStandTogether() throws IOException {
        Sandbox sandbox = new Sandbox(1_000);
        try (Bench bench = new Bench(folder)) {
            sandbox.plugInto(bench);
            for (Run run : sandbox.runs) {
                Receipt receipt =
                        bench.stops.issue(
                                new Scope.OfRun(run.id()), Mode.SUSPEND, "", "x", Optional.empty());
                assertThat(receipt.recordedLate()).isFalse();
            }
            assertThat(bench.stops.inForce()).hasSize(1_000);
            assertThat(sandbox.frozen).hasSize(1_000);
        }
        try (Bench again = new Bench(folder)) {
            assertThat(again.stops.inForce()).hasSize(1_000);
        }
    }

    private static Scope scope(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> new Scope.Fleet();
            case 1 -> new Scope.OfOwner("alice");
            case 2 -> new Scope.OfBlueprint("coding");
            case 3, 4, 5 -> new Scope.OfAgent("agent-" + random.nextInt(7));
            default -> new Scope.OfRun(Samples.run("x", 1L + random.nextInt(30)).id());
        };
    }

    private static Mode mode(Random random) {
        return random.nextInt(4) == 0 ? Mode.TERMINATE : Mode.SUSPEND;
    }
}
