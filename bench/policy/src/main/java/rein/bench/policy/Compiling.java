package rein.bench.policy;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import rein.policy.engine.PolicySet;
import rein.policy.syntax.PolicyException;

/** From the texts to a set that can be asked. */
@State(Scope.Thread)
public class Compiling {
    @Param("1000")
    public int policies;

    private Workload workload = Workload.of(1, 1);

    @Setup
    public void generate() {
        workload = Workload.of(policies, 1);
    }

    @Benchmark
    public PolicySet compile(Cpu cpu) throws PolicyException {
        cpu.operations++;
        return Deciding.compiled(workload);
    }
}
