package rein.bench.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import rein.policy.CedarDecisionPoint;
import rein.policy.engine.Answer;
import rein.policy.engine.CompiledPolicy;
import rein.policy.engine.Environment;
import rein.policy.engine.PolicySet;
import rein.policy.syntax.Policy;
import rein.policy.syntax.PolicyException;
import rein.policy.syntax.PolicyParser;
import rein.testkit.Samples;
import rein.vocabulary.Decision;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Request;
import rein.vocabulary.RunFacts;
import rein.vocabulary.Snapshot;

/** One decision, by the engine alone and as the doors ask for it. */
@State(Scope.Thread)
public class Deciding {
    @Param("100")
    public int policies;

    @Param("1")
    public int unscopedPercent;

    private final CedarDecisionPoint decisionPoint = new CedarDecisionPoint();
    private Workload workload = Workload.of(1, 1);
    private PolicySet set = new PolicySet(List.of());
    private Snapshot snapshot = new Snapshot(Samples.TENANT, 1, 0, List.of(), List.of());
    private RunFacts facts =
            new RunFacts(Samples.run("a0", 1), "coding", List.of(), Set.of(), Map.of());
    private int next;

    @Setup
    public void compile() throws PolicyException {
        workload = Workload.of(policies, unscopedPercent);
        set = compiled(workload);
        snapshot = new Snapshot(Samples.TENANT, 1, 0, workload.texts(), List.of());
        facts = new RunFacts(Samples.run("a0", 1), "coding", List.of(), Set.of(), Map.of());
    }

    static PolicySet compiled(Workload workload) throws PolicyException {
        List<CompiledPolicy> compiled = new ArrayList<>();
        for (PolicyText text : workload.texts()) {
            for (Policy policy : PolicyParser.parse(text.name(), text.text())) {
                String id = text.name() + "#" + policy.localId();
                compiled.add(new CompiledPolicy(id, text.scope(), policy));
            }
        }
        return new PolicySet(compiled);
    }

    @Benchmark
    public boolean engine(Cpu cpu) {
        cpu.operations++;
        Answer answer = new Answer();
        set.evaluate(Environment.of(request()), answer);
        return answer.cedarAllows();
    }

    @Benchmark
    public Decision decide(Cpu cpu) {
        cpu.operations++;
        return decisionPoint.decide(request(), snapshot, facts);
    }

    private Request request() {
        List<Request> requests = workload.requests();
        return requests.get(next++ & (requests.size() - 1));
    }
}
