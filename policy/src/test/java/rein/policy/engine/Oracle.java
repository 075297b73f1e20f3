package rein.policy.engine;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.AuthorizationResponse;
import com.cedarpolicy.model.AuthorizationSuccessResponse;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.InternalException;
import com.cedarpolicy.value.CedarList;
import com.cedarpolicy.value.CedarMap;
import com.cedarpolicy.value.DateTime;
import com.cedarpolicy.value.Decimal;
import com.cedarpolicy.value.Duration;
import com.cedarpolicy.value.EntityTypeName;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.IpAddress;
import com.cedarpolicy.value.PrimBool;
import com.cedarpolicy.value.PrimLong;
import com.cedarpolicy.value.PrimString;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;
import rein.policy.syntax.Policy;
import rein.vocabulary.Entity;
import rein.vocabulary.EntityUid;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Value;

/**
 * Cedar's own implementation (cedar-java, native code) and ours asked the same question. The answer
 * is a line: allowed, the determining policies, those in error.
 */
public final class Oracle {
    private Oracle() {}

    /** Without its native library there is nothing to compare with. */
    public static void assumeItLoads() {
        boolean loads;
        try {
            com.cedarpolicy.model.policy.PolicySet.parsePolicies("");
            loads = true;
        } catch (LinkageError | InternalException _) {
            loads = false;
        }
        Assumptions.assumeTrue(loads, "missing facility: the native library of cedar-java");
    }

    static String ours(List<Policy> parsed, Environment environment) {
        List<CompiledPolicy> policies =
                parsed.stream()
                        .map(p -> new CompiledPolicy(p.localId(), new PolicyText.Scope.Fleet(), p))
                        .toList();
        Answer answer = new Answer();
        new PolicySet(policies).evaluate(environment, answer);
        Set<String> reasons = new TreeSet<>();
        (answer.cedarAllows() ? answer.permits() : answer.forbids())
                .forEach(policy -> reasons.add(policy.id()));
        Set<String> errors = new TreeSet<>();
        answer.failures().forEach(failure -> errors.add(failure.policy().id()));
        return answer.cedarAllows() + " " + reasons + " " + errors;
    }

    static String theirs(
            com.cedarpolicy.model.policy.PolicySet policies,
            Environment environment,
            List<Entity> entities)
            throws AuthException {
        Set<com.cedarpolicy.model.entity.Entity> converted = new HashSet<>();
        for (Entity entity : entities) {
            Set<EntityUID> parents = new HashSet<>();
            entity.parents().forEach(parent -> parents.add(uid(parent)));
            converted.add(
                    new com.cedarpolicy.model.entity.Entity(
                            uid(entity.uid()),
                            members(entity.attributes()),
                            parents,
                            members(entity.tags())));
        }
        AuthorizationResponse response =
                new BasicAuthorizationEngine()
                        .isAuthorized(
                                new AuthorizationRequest(
                                        uid(environment.principal()),
                                        uid(environment.action()),
                                        uid(environment.resource()),
                                        members(environment.context())),
                                policies,
                                converted);
        AuthorizationSuccessResponse success =
                response.success.orElseThrow(() -> new IllegalStateException("" + response));
        Set<String> errors = new TreeSet<>();
        success.getErrors().forEach(error -> errors.add(error.getPolicyId()));
        return success.isAllowed() + " " + new TreeSet<>(success.getReason()) + " " + errors;
    }

    static EntityUID uid(EntityUid uid) {
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
            case Value.SetOf(Set<Value> elements) ->
                    new CedarList(elements.stream().map(Oracle::value).toList());
            case Value.Struct(Map<String, Value> members) -> new CedarMap(members(members));
            case Value.Extension(String constructor, String argument) ->
                    switch (constructor) {
                        case "ip" -> new IpAddress(argument);
                        case "decimal" -> new Decimal(argument);
                        case "datetime" -> new DateTime(argument);
                        default -> new Duration(argument);
                    };
        };
    }
}
