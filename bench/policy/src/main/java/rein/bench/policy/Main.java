package rein.bench.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the benchmarks and prints their figures as a Markdown table; the order is the table's. */
public final class Main {
    private static final List<String> COUNTS = List.of("10", "100", "1000", "10000");
    private static final List<String> PATHS = List.of("engine", "decide", "cedarJava");

    private Main() {}

    /**
     * Prints the table.
     *
     * @param arguments {@code quick} for seconds instead of minutes and figures to match
     */
    public static void main(String[] arguments) throws RunnerException {
        boolean quick = List.of(arguments).contains("quick");
        System.out.println(
                "| unscoped | policies | path | decisions/s (CPU) | × cedar-java | p50 | p99 | B each |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        for (String unscoped : List.of("1", "20")) {
            for (String count : COUNTS) {
                rows(unscoped, count, quick);
            }
        }
        compiling(quick);
    }

    private static void rows(String unscoped, String count, boolean quick) throws RunnerException {
        Map<String, RunResult> throughput = run(Mode.Throughput, unscoped, count, quick);
        Map<String, RunResult> sampled = run(Mode.SampleTime, unscoped, count, quick);
        double rival = perSecond(throughput, "cedarJava");
        for (String path : PATHS) {
            Result<?> times = result(sampled, path).getPrimaryResult();
            System.out.printf(
                    Locale.ROOT,
                    "| %s %% | %s | %s | %,.0f | %,.0f | %.1f µs | %.1f µs | %,.0f |%n",
                    unscoped,
                    count,
                    path,
                    perSecond(throughput, path),
                    perSecond(throughput, path) / rival,
                    times.getStatistics().getPercentile(50),
                    times.getStatistics().getPercentile(99),
                    secondary(result(throughput, path), "gc.alloc.rate.norm"));
        }
    }

    private static Map<String, RunResult> run(
            Mode mode, String unscoped, String count, boolean quick) throws RunnerException {
        ChainedOptionsBuilder options =
                options(mode, quick)
                        .include("\\.Deciding\\.")
                        .include("\\.Rival\\.")
                        .param("policies", count)
                        .param("unscopedPercent", unscoped);
        Map<String, RunResult> byName = new TreeMap<>();
        for (RunResult result : new Runner(options.build()).run()) {
            String benchmark = result.getParams().getBenchmark();
            byName.put(benchmark.substring(benchmark.lastIndexOf('.') + 1), result);
        }
        return byName;
    }

    private static void compiling(boolean quick) throws RunnerException {
        List<String> figures = new ArrayList<>();
        for (Mode mode : List.of(Mode.Throughput, Mode.SingleShotTime)) {
            ChainedOptionsBuilder options = options(mode, quick).include("\\.Compiling\\.");
            if (mode == Mode.SingleShotTime) {
                options.warmupIterations(0).measurementIterations(1).forks(quick ? 1 : 5);
            }
            Collection<RunResult> results = new Runner(options.build()).run();
            RunResult result = results.iterator().next();
            figures.add(
                    mode == Mode.Throughput
                            ? String.format(
                                    Locale.ROOT,
                                    "%.1f ms of CPU",
                                    secondary(result, "cpuNanos")
                                            / secondary(result, "operations")
                                            / 1e6)
                            : String.format(
                                    Locale.ROOT,
                                    "the first time in a new JVM %.0f ms by the clock",
                                    result.getPrimaryResult().getScore() / 1e3));
        }
        System.out.println();
        System.out.println("Compiling 1,000 policies: " + String.join("; ", figures) + ".");
    }

    private static ChainedOptionsBuilder options(Mode mode, boolean quick) {
        return new OptionsBuilder()
                .mode(mode)
                .timeUnit(java.util.concurrent.TimeUnit.MICROSECONDS)
                .warmupIterations(quick ? 1 : 4)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(quick ? 1 : 5)
                .measurementTime(TimeValue.seconds(1))
                .forks(1)
                .jvmArgs("-Xmx1g", "--enable-native-access=ALL-UNNAMED")
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
    }

    private static double perSecond(Map<String, RunResult> results, String path) {
        RunResult result = result(results, path);
        return secondary(result, "operations") * 1e9 / secondary(result, "cpuNanos");
    }

    private static RunResult result(Map<String, RunResult> results, String path) {
        RunResult result = results.get(path);
        if (result == null) {
            throw new IllegalStateException("no benchmark " + path + " among " + results.keySet());
        }
        return result;
    }

    private static double secondary(RunResult result, String name) {
        for (Map.Entry<String, Result> entry : result.getSecondaryResults().entrySet()) {
            if (entry.getKey().endsWith(name)) {
                return entry.getValue().getScore();
            }
        }
        throw new IllegalStateException(name + " was not measured");
    }
}
