package rein.server.drill;

import java.util.List;

/** The daemons that the drill's own script leaves behind, known by their odd argument. */
final class Survivors {
    private Survivors() {}

    static List<ProcessHandle> all() {
        return ProcessHandle.allProcesses()
                .filter(process ->
                        process.info()
                                .commandLine()
                                .filter(line -> line.endsWith("worker 421.7"))
                                .isPresent())
                .toList();
    }

    static void kill() {
        all().forEach(ProcessHandle::destroyForcibly);
    }
}
