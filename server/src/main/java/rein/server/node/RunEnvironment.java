package rein.server.node;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import rein.sandbox.RunNetwork;
import rein.server.api.RunRequest;
import rein.vocabulary.Run;

/** What the run finds in its environment: a convenience, since all TCP is redirected anyway. */
final class RunEnvironment {
    private RunEnvironment() {}

    static SortedMap<String, String> of(RunRequest request, Run run, TrustStores trust) {
        SortedMap<String, String> environment = new TreeMap<>(request.environment());
        String proxy = "http://127.0.0.1:" + RunNetwork.PROXY_PORT;
        for (String variable : List.of("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")) {
            environment.put(variable, proxy);
        }
        environment.put("NO_PROXY", "localhost,127.0.0.1");
        environment.put("no_proxy", "localhost,127.0.0.1");
        for (Map.Entry<String, String> each : trust.environment().entrySet()) {
            if (!environment.containsKey(each.getKey())) {
                environment.put(each.getKey(), each.getValue());
            }
        }
        environment.put("REIN_RUN", run.shortId());
        for (Map.Entry<String, String> each : GitInside.environment().entrySet()) {
            environment.putIfAbsent(each.getKey(), each.getValue());
        }
        return environment;
    }
}
