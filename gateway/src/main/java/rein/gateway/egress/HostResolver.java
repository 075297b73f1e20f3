package rein.gateway.egress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Resolves as this machine does: its hosts file first, read afresh each time, then the system's
 * resolver. It reads the hosts file itself because the JDK does not say where an address came from,
 * and an address that is not public is trusted only from there.
 *
 * <p>The system's resolver blocks in native code and would hold a carrier thread, so look-ups run
 * on a few platform threads of its own. A look-up that finds no free thread, or takes too long, has
 * no addresses.
 */
public final class HostResolver implements Resolver, AutoCloseable {
    /** Look-ups in progress; more wait. */
    private static final int THREADS_MAX = 8;

    /** Look-ups that wait for a thread; as many as one node may start at once in practice. */
    private static final int WAITING_MAX = 256;

    /** glibc's own default is 5 s for each of two attempts; the agent is waiting. */
    private static final long RESOLVE_MILLIS_MAX = 5_000;

    /** A hosts file longer than this is read up to here. */
    private static final int HOSTS_BYTES_MAX = 1024 * 1024;

    private final Path hosts;
    private final ThreadPoolExecutor lookups;

    public HostResolver() {
        this(Path.of("/etc/hosts"));
    }

    HostResolver(Path hosts) {
        this.hosts = hosts;
        this.lookups =
                new ThreadPoolExecutor(
                        THREADS_MAX,
                        THREADS_MAX,
                        30,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(WAITING_MAX),
                        Thread.ofPlatform().name("egress-resolver-", 0).daemon().factory());
        lookups.allowCoreThreadTimeOut(true);
    }

    @Override
    public Resolution resolve(String name) {
        List<InetAddress> local = fromHosts(name.toLowerCase(Locale.ROOT));
        return local.isEmpty()
                ? new Resolution(fromSystem(name), Resolution.Source.DNS)
                : new Resolution(local, Resolution.Source.HOSTS);
    }

    private List<InetAddress> fromHosts(String name) {
        List<InetAddress> found = new ArrayList<>();
        String text;
        try (var in = Files.newInputStream(hosts)) {
            text = new String(in.readNBytes(HOSTS_BYTES_MAX), StandardCharsets.UTF_8);
        } catch (IOException none) {
            return found;
        }
        for (String line : (Iterable<String>) text.lines()::iterator) {
            int comment = line.indexOf('#');
            String entry = comment < 0 ? line : line.substring(0, comment);
            List<String> words = Arrays.asList(entry.trim().split("\\s+", -1));
            boolean names = words.stream().skip(1).anyMatch(word -> word.equalsIgnoreCase(name));
            if (names && found.size() < Limits.ADDRESSES_MAX) {
                try {
                    found.add(InetAddress.ofLiteral(words.getFirst()));
                } catch (IllegalArgumentException notAnAddress) {
                    // Such a line gives no address; glibc skips it too.
                }
            }
        }
        return found;
    }

    private List<InetAddress> fromSystem(String name) {
        try {
            Future<List<InetAddress>> lookup =
                    lookups.submit(() -> Arrays.asList(InetAddress.getAllByName(name)));
            try {
                return lookup.get(RESOLVE_MILLIS_MAX, TimeUnit.MILLISECONDS);
            } catch (TimeoutException tooLong) {
                lookup.cancel(true);
                return List.of();
            }
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof UnknownHostException) {
                return List.of();
            }
            throw new IllegalStateException("looking up " + name + " failed", failed);
        } catch (RejectedExecutionException full) {
            return List.of();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    @Override
    public void close() {
        lookups.shutdownNow();
    }
}
