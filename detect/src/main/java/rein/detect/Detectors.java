package rein.detect;

import java.util.List;
import java.util.Set;

/** All detectors of run scope, in the order in which they are asked. */
public final class Detectors {
    private Detectors() {}

    /**
     * All of them, new.
     *
     * @param managementPorts where the management API and the console are served
     */
    public static List<Detector<?>> all(Set<Integer> managementPorts) {
        return List.of(
                // What a door saw; these suspend.
                new SshTunnel(),
                new TunnelCommand(),
                new Stratum(),
                new ThreeRoutes(),
                new SupervisorTampering(managementPorts),
                // What a door saw; these report.
                new Sweep(),
                new MetadataProbe(),
                new PrivateAddress(),
                new DnsTunnel(),
                new BrokenPolicy(),
                // What was executed; evidence.
                new MinerCommand(),
                new WritablePath(),
                new CopiedTool(),
                new SelfCopy(),
                new TellingCommands());
    }
}
