package rein.server.node;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import rein.gateway.RunLedger;
import rein.respond.Grant;
import rein.sandbox.Exec;
import rein.vocabulary.Run;

/**
 * The runs of this node: live ones, and the latest that ended. Needs no database, so that a stop
 * needs none.
 */
public final class LiveRuns {
    /** Enough to look back on an afternoon; older runs are in the registry and in the log. */
    private static final int ENDED_MAX = 500;

    private final Map<UUID, LiveRun> live = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedMap<UUID, LiveRun> ended = new LinkedHashMap<>();

    public void add(LiveRun run) {
        live.put(run.run().id(), run);
    }

    public void ended(LiveRun run) {
        lock.lock();
        try {
            live.remove(run.run().id());
            ended.putFirst(run.run().id(), run);
            if (ended.size() > ENDED_MAX) {
                var _ = ended.pollLastEntry();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Live ones, in the order in which they started. */
    public List<LiveRun> live() {
        return live.values().stream()
                .sorted(Comparator.comparing((LiveRun run) -> run.run().id()))
                .toList();
    }

    public Optional<LiveRun> live(UUID id) {
        return Optional.ofNullable(live.get(id));
    }

    /** Live ones, then the latest that ended first. */
    public List<LiveRun> all() {
        lock.lock();
        try {
            List<LiveRun> runs = new ArrayList<>(live());
            runs.addAll(ended.values());
            return runs;
        } finally {
            lock.unlock();
        }
    }

    /** Asked for every program start. */
    public Optional<Run> run(UUID id) {
        Optional<LiveRun> found = live(id);
        if (found.isEmpty()) {
            lock.lock();
            try {
                found = Optional.ofNullable(ended.get(id));
            } finally {
                lock.unlock();
            }
        }
        return found.map(LiveRun::run);
    }

    /** A person allowed a run something. */
    public void granted(Grant grant) {
        live(grant.denial().run()).ifPresent(run -> run.ledger().count(RunLedger.APPROVALS, 1));
    }

    /** A program of a run was executed. */
    public void executed(Exec exec) {
        if (!exec.ours()) {
            live(exec.run()).ifPresent(run -> run.ledger().executed(exec.file()));
        }
    }

    /** All whose id is, or ends in, these hex digits. */
    public List<LiveRun> named(String idOrShort) {
        String digits = idOrShort.toLowerCase(Locale.ROOT);
        return digits.matches("[0-9a-f-]{4,36}")
                ? all().stream().filter(run -> run.run().id().toString().endsWith(digits)).toList()
                : List.of();
    }
}
