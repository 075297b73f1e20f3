package rein.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import rein.vocabulary.Ticker;

/**
 * The node's parent group and the groups of its runs below it. The name comes from the data folder,
 * so that the next start of the same node finds what a crash left behind, and nobody else's.
 */
final class CgroupTree {
    /** Time for the remains of a crash to die at the next start. */
    private static final int STALE_MILLIS_MAX = 5_000;

    private static final int PERIOD_MICROS = 100_000;
    private static final List<String> CONTROLLERS = List.of("cpu", "memory", "pids");

    private final Linux linux;
    private final Ticker ticker;
    private final CgroupMounts mounts;
    private final String name;
    private final boolean unifiedLimits;

    /**
     * Kills and removes what an earlier node of the same name left, then makes the parent.
     *
     * @param kept runs that the earlier node handed over: their groups stay as they are
     */
    CgroupTree(Linux linux, Ticker ticker, CgroupMounts mounts, String name, Set<String> kept) {
        this.linux = linux;
        this.ticker = ticker;
        this.mounts = mounts;
        this.name = name;
        removeAll(kept);
        make(parent());
        this.unifiedLimits = enableControllers();
    }

    /** {@code rein-} and eight hex digits of the data folder's digest. */
    static String name(Path data) {
        try {
            String path = data.toAbsolutePath().normalize().toString();
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(path.getBytes(StandardCharsets.UTF_8));
            return "rein-" + HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    Path parent() {
        return mounts.unified().resolve(name);
    }

    /** The node's folder in each hierarchy that it uses, version 2 first. */
    List<Path> folders() {
        List<Path> folders = new ArrayList<>(List.of(parent()));
        for (String controller : CONTROLLERS) {
            Path hierarchy = mounts.controllers().get(controller);
            if (hierarchy != null && !unifiedLimits) {
                folders.add(hierarchy.resolve(name));
            }
        }
        return folders;
    }

    /** A run's folders in version 1 hierarchies. */
    private List<Path> folders(String run) {
        List<Path> parents = folders();
        return parents.subList(1, parents.size()).stream().map(p -> p.resolve(run)).toList();
    }

    private boolean enableControllers() {
        String wanted = "+cpu +memory +pids";
        return KernelFile.tryWrite(mounts.unified().resolve("cgroup.subtree_control"), wanted)
                && KernelFile.tryWrite(parent().resolve("cgroup.subtree_control"), wanted);
    }

    /**
     * The group of a run, with its limits in force.
     *
     * @throws SandboxException {@code LIMITS} where a limit cannot be enforced
     */
    Cgroup create(String run, Limits limits) {
        Path unified = parent().resolve(run);
        if (Files.exists(unified)) {
            throw new SandboxException(
                    SandboxException.Code.SPEC, "There is a run " + run + " on this node already.");
        }
        Cgroup group = new Cgroup(linux, ticker, unified, folders(run));
        try {
            make(unified);
            if (unifiedLimits) {
                limitUnified(unified, limits);
            } else {
                for (String controller : CONTROLLERS) {
                    limitController(controller, run, limits);
                }
            }
        } catch (SandboxException e) {
            var _ = group.remove();
            throw e;
        }
        return group;
    }

    /** The group of a run that an earlier node made, limits and all; empty when it is gone. */
    Optional<Cgroup> existing(String run) {
        Path unified = parent().resolve(run);
        return Files.exists(unified)
                ? Optional.of(new Cgroup(linux, ticker, unified, folders(run)))
                : Optional.empty();
    }

    private static void limitUnified(Path folder, Limits limits) {
        KernelFile.write(folder.resolve("cpu.max"), quotaMicros(limits) + " " + PERIOD_MICROS);
        KernelFile.write(folder.resolve("memory.max"), Long.toString(limits.memoryBytes()));
        var _ = KernelFile.tryWrite(folder.resolve("memory.swap.max"), "0");
        KernelFile.write(folder.resolve("memory.oom.group"), "1");
        KernelFile.write(folder.resolve("pids.max"), Integer.toString(limits.processes()));
    }

    private void limitController(String controller, String run, Limits limits) {
        Path hierarchy = mounts.controllers().get(controller);
        if (hierarchy == null) {
            throw new SandboxException(
                    SandboxException.Code.LIMITS,
                    "This machine has no cgroup controller '"
                            + controller
                            + "', so the run's limits could not be enforced. Enable it for the "
                            + "node's cgroup, or run the node outside this container.");
        }
        Path folder = hierarchy.resolve(name).resolve(run);
        make(folder);
        switch (controller) {
            case "cpu" -> {
                KernelFile.write(
                        folder.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
                KernelFile.write(
                        folder.resolve("cpu.cfs_quota_us"), Long.toString(quotaMicros(limits)));
            }
            case "memory" -> {
                String bytes = Long.toString(limits.memoryBytes());
                KernelFile.write(folder.resolve("memory.limit_in_bytes"), bytes);
                var _ = KernelFile.tryWrite(folder.resolve("memory.memsw.limit_in_bytes"), bytes);
            }
            case "pids" ->
                    KernelFile.write(
                            folder.resolve("pids.max"), Integer.toString(limits.processes()));
            default -> throw new AssertionError(controller);
        }
    }

    private static long quotaMicros(Limits limits) {
        return (long) limits.cpuMilli() * PERIOD_MICROS / 1000;
    }

    private static void make(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Code.UNSUPPORTED,
                    "The cgroup "
                            + folder
                            + " could not be made: "
                            + e.getMessage()
                            + ". The node must be root and /sys/fs/cgroup writable.",
                    e);
        }
    }

    /** Kills whatever runs below the parent and removes all folders; how many groups there were. */
    int removeAll() {
        return removeAll(Set.of());
    }

    private int removeAll(Set<String> kept) {
        int removed = 0;
        if (Files.exists(parent())) {
            List<Cgroup> strangers =
                    kept.isEmpty()
                            ? List.of(new Cgroup(linux, ticker, parent(), List.of()))
                            : groups(parent(), kept);
            strangers.forEach(Cgroup::kill);
            long deadline = ticker.nanos() + STALE_MILLIS_MAX * 1_000_000L;
            for (Cgroup stranger : strangers) {
                if (!stranger.awaitEmpty(deadline)) {
                    throw new SandboxException(
                            SandboxException.Code.CLOSED,
                            "Processes of an earlier node in "
                                    + parent()
                                    + " do not die. Look at them with: cat "
                                    + parent()
                                    + "/*/cgroup.procs");
                }
            }
            removed = removeBelow(parent(), kept);
        }
        for (Map.Entry<String, Path> hierarchy : mounts.controllers().entrySet()) {
            if (CONTROLLERS.contains(hierarchy.getKey())) {
                removeBelow(hierarchy.getValue().resolve(name), kept);
            }
        }
        return removed;
    }

    private int removeBelow(Path parent, Set<String> kept) {
        if (!Files.exists(parent)) {
            return 0;
        }
        int removed = 0;
        for (Cgroup child : groups(parent, kept)) {
            removed += child.remove() ? 1 : 0;
        }
        if (kept.isEmpty()) {
            new Cgroup(linux, ticker, parent, List.of()).remove();
        }
        return removed;
    }

    private List<Cgroup> groups(Path parent, Set<String> kept) {
        try (Stream<Path> children = Files.list(parent)) {
            return children.filter(Files::isDirectory)
                    .filter(child -> !kept.contains(child.getFileName().toString()))
                    .map(child -> new Cgroup(linux, ticker, child, List.of()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
