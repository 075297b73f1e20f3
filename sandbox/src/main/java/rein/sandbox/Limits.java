package rein.sandbox;

/**
 * What a run may use of the machine.
 *
 * @param cpuMilli thousandths of a core; 2000 is two cores
 * @param memoryBytes resident memory and page cache of the run
 * @param processes processes and threads alive at once
 * @param scratchBytes each of the run's own temporary folders and its home, which lie in memory
 */
public record Limits(int cpuMilli, long memoryBytes, int processes, long scratchBytes) {
    /** A build or a test suite fits; a miner is a bounded loss. */
    public static final Limits DEFAULT = new Limits(2000, 4L << 30, 2048, 1L << 30);

    /** Fewer than bubblewrap and a shell need. */
    private static final int PROCESSES_MIN = 16;

    private static final long MEMORY_BYTES_MIN = 16 << 20;

    public Limits {
        if (cpuMilli < 10 || memoryBytes < MEMORY_BYTES_MIN || processes < PROCESSES_MIN) {
            throw new IllegalArgumentException(
                    "limits too small to start anything: cpu "
                            + cpuMilli
                            + " thousandths, memory "
                            + memoryBytes
                            + " bytes, processes "
                            + processes);
        }
        if (scratchBytes < 1 << 20) {
            throw new IllegalArgumentException(
                    "scratch of " + scratchBytes + " bytes; 1 MiB at least");
        }
    }
}
