package rein.server.node;

import java.time.InstantSource;
import java.util.OptionalInt;
import rein.registry.Registry;
import rein.registry.RegistryException;
import rein.registry.Runs;
import rein.vocabulary.Run;

/**
 * Tells the registry of runs. The log is the truth: when PostgreSQL is gone a run goes on, and what
 * the registry missed is marked as lost at the next start.
 */
public record RegistryRuns(Registry registry, InstantSource clock) implements Node.RunRegister {
    @Override
    public void started(Run run) {
        try {
            registry.runs().started(run);
        } catch (RegistryException e) {
            missed(run, e);
        }
    }

    @Override
    public void ended(Run run, boolean stopped) {
        Runs.How how = stopped ? Runs.How.STOPPED : Runs.How.EXITED;
        try {
            boolean _ =
                    registry.runs()
                            .ended(
                                    run.id(),
                                    new Runs.End(clock.instant(), how, OptionalInt.empty()));
        } catch (RegistryException e) {
            missed(run, e);
        }
    }

    private static void missed(Run run, RegistryException e) {
        System.getLogger(RegistryRuns.class.getName())
                .log(System.Logger.Level.WARNING, "run " + run.id() + ": " + e.getMessage());
    }
}
