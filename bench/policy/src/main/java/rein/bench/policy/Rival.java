package rein.bench.policy;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.AuthorizationResponse;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.value.EntityTypeName;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.PrimBool;
import com.cedarpolicy.value.PrimLong;
import com.cedarpolicy.value.PrimString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Request;
import rein.vocabulary.Value;

/**
 * The same decisions by cedar-java, at its best: the policies cached on its side. The entities go
 * over with every request, since it keeps none.
 */
@State(Scope.Thread)
public class Rival {
    @Param("100")
    public int policies;

    @Param("1")
    public int unscopedPercent;

    private final BasicAuthorizationEngine engine = new BasicAuthorizationEngine();
    private PolicySet set = new PolicySet();
    private List<AuthorizationRequest> requests = List.of();
    private Set<com.cedarpolicy.model.entity.Entity> entities = Set.of();
    private int next;

    @Setup
    public void compile() throws AuthException {
        Workload workload = Workload.of(policies, unscopedPercent);
        Set<com.cedarpolicy.model.policy.Policy> all = new HashSet<>();
        for (PolicyText text : workload.texts()) {
            for (var policy : PolicySet.parsePolicies(text.text()).policies) {
                String id = text.name() + policy.getID();
                all.add(new com.cedarpolicy.model.policy.Policy(policy.getSource(), id));
            }
        }
        set = new PolicySet(all);
        set.cache();
        entities = converted(workload.entities());
        requests = new ArrayList<>();
        for (Request request : workload.requests()) {
            requests.add(
                    new AuthorizationRequest(
                            uid(request.principal()),
                            uid(request.action().uid()),
                            uid(request.resource()),
                            members(request.context())));
        }
    }

    @Benchmark
    public AuthorizationResponse cedarJava(Cpu cpu) throws AuthException {
        cpu.operations++;
        AuthorizationRequest request = requests.get(next++ & (requests.size() - 1));
        return engine.isAuthorized(request, set, entities);
    }

    private static Set<com.cedarpolicy.model.entity.Entity> converted(List<Entity> entities) {
        Set<com.cedarpolicy.model.entity.Entity> converted = new HashSet<>();
        for (Entity entity : entities) {
            Set<EntityUID> parents = new HashSet<>();
            entity.parents().forEach(parent -> parents.add(uid(parent)));
            converted.add(
                    new com.cedarpolicy.model.entity.Entity(
                            uid(entity.uid()), members(entity.attributes()), parents));
        }
        return converted;
    }

    private static EntityUID uid(EntityUid uid) {
        return new EntityUID(EntityTypeName.parse(uid.type()).orElseThrow(), uid.id());
    }

    private static Map<String, com.cedarpolicy.value.Value> members(Map<String, Value> members) {
        Map<String, com.cedarpolicy.value.Value> converted = new HashMap<>();
        members.forEach((name, value) -> converted.put(name, value(value)));
        return converted;
    }

    private static com.cedarpolicy.value.Value value(Value value) {
        return switch (value) {
            case Value.Bool(boolean flag) -> new PrimBool(flag);
            case Value.Int(long number) -> new PrimLong(number);
            case Value.Text(String text) -> new PrimString(text);
            case Value.Ref(EntityUid uid) -> uid(uid);
            case Value.SetOf _, Value.Struct _, Value.Extension _ ->
                    throw new IllegalArgumentException("the workload has no " + value);
        };
    }
}
