package rein.registry;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import rein.vocabulary.Agent;
import rein.vocabulary.Ticker;

/**
 * The agents that were read or changed last, so that a run is started and a stop finds its agent
 * while PostgreSQL is gone. Safe for any thread.
 */
final class AgentMemory {
    /** About 1 KB each; a node runs thousands of runs of far fewer agents. */
    static final int AGENTS_MAX = 10_000;

    /** What was remembered when. */
    record Kept(Agent agent, long nanos) {}

    private final Ticker ticker;
    private final int agentsMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, Kept> byName =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
                    return size() > agentsMax;
                }
            };

    private long changes;

    AgentMemory(Ticker ticker, int agentsMax) {
        this.ticker = ticker;
        this.agentsMax = agentsMax;
    }

    /** How often an agent was changed here; taken before a read. */
    long changes() {
        lock.lock();
        try {
            return changes;
        } finally {
            lock.unlock();
        }
    }

    /** What was read, unless a change overtook the reading: then memory knows better. */
    void putRead(Agent agent, long changesBefore) {
        lock.lock();
        try {
            if (changes == changesBefore) {
                byName.put(agent.name(), new Kept(agent, ticker.nanos()));
            }
        } finally {
            lock.unlock();
        }
    }

    void putChanged(Agent agent) {
        lock.lock();
        try {
            changes++;
            byName.put(agent.name(), new Kept(agent, ticker.nanos()));
        } finally {
            lock.unlock();
        }
    }

    Optional<Kept> get(String name) {
        lock.lock();
        try {
            return Optional.ofNullable(byName.get(name));
        } finally {
            lock.unlock();
        }
    }

    void forget(String name) {
        lock.lock();
        try {
            byName.remove(name);
        } finally {
            lock.unlock();
        }
    }

    long ageNanos(Kept kept) {
        return ticker.nanos() - kept.nanos();
    }
}
