package rein.policy.review;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rein.vocabulary.Value;

/** What a request says of a run that has done nothing yet: the facts under {@code context.run}. */
public final class NewRun {
    /** The member of the context. */
    public static final String MEMBER = "run";

    private static final List<String> COUNTS =
            List.of(
                    "decisions",
                    "denials",
                    "deniedHosts",
                    "sentBytes",
                    "receivedBytes",
                    "approvals",
                    "newBinaries");

    private NewRun() {}

    public static Value facts() {
        Map<String, Value> none = new HashMap<>();
        List.of("minute", "tenMinutes", "hour", "all")
                .forEach(window -> none.put(window, Value.of(0)));
        Map<String, Value> facts = new HashMap<>();
        COUNTS.forEach(name -> facts.put(name, new Value.Struct(none)));
        facts.put("newHost", Value.of(true));
        facts.put("openConnections", Value.of(0));
        facts.put("taints", new Value.SetOf(Set.of()));
        return new Value.Struct(facts);
    }
}
