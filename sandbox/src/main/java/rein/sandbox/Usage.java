package rein.sandbox;

/**
 * What the run has used so far.
 *
 * @param cpuMicros of it {@code userMicros} in user mode
 * @param throttledPeriods scheduling periods (100 ms) in which the run was held at its quota
 * @param memoryBytes in use now; 0 where no memory controller is available
 */
public record Usage(
        long cpuMicros, long userMicros, long processes, long throttledPeriods, long memoryBytes) {}
