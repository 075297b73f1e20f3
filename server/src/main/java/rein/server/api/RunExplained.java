package rein.server.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import rein.sandbox.Shown;

/**
 * What a run would be given, without starting one.
 *
 * @param client the profile by which the command was recognised
 * @param places what it would find where
 * @param environment names of the variables that it would get
 * @param hosts what policy permits, and what it denies quietly
 * @param limits name with its unit → bound
 * @param policies ids of the pack and of the policy file
 */
public record RunExplained(
        String agent,
        Optional<String> client,
        String level,
        List<String> policies,
        List<Shown> places,
        List<String> environment,
        List<HostRule> hosts,
        Map<String, Long> limits) {
    /**
     * One host or group.
     *
     * @param host a name, or words for a group that has no list
     * @param rule permitted, or denied-quietly
     */
    public record HostRule(String host, String rule, String why) {}
}
