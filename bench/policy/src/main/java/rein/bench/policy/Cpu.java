package rein.bench.policy;

import java.lang.management.ManagementFactory;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Counts operations and the CPU time of the measuring thread, which other processes on the machine
 * disturb less than they disturb the clock.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Cpu {
    public long operations;
    public long cpuNanos;
    private long from;

    @Setup(Level.Iteration)
    public void begin() {
        operations = 0;
        cpuNanos = 0;
        from = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    @TearDown(Level.Iteration)
    public void end() {
        cpuNanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - from;
    }
}
