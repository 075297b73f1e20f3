package rein.testkit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import rein.vocabulary.Agent;
import rein.vocabulary.Level;
import rein.vocabulary.Run;
import rein.vocabulary.Tenant;

/** Agents and runs for tests. */
public final class Samples {
    public static final Tenant TENANT = new Tenant("test.example");

    private Samples() {}

    public static Agent agent(String name) {
        return new Agent(
                TENANT,
                UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                name,
                "coding",
                "alice",
                List.of("bob"),
                Agent.State.ACTIVE,
                Optional.empty());
    }

    /** The id ends in the given number, so that tests can tell runs apart. */
    public static Run run(String agent, long number) {
        return new Run(
                new UUID(0x0192_0000_0000_7000L, 0x8000_0000_0000_0000L | number),
                Optional.empty(),
                agent(agent),
                "node-1",
                Level.CONTAINED,
                new TreeMap<>(),
                Instant.parse("2026-11-01T08:00:00Z"));
    }
}
