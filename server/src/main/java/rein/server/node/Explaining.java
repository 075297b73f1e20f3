package rein.server.node;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import rein.sandbox.Limits;
import rein.sandbox.SandboxException;
import rein.sandbox.SandboxHost;
import rein.sandbox.SandboxSpec;
import rein.sandbox.Shown;
import rein.server.api.RunExplained;
import rein.server.api.RunRequest;
import rein.server.http.ProblemException;
import rein.vocabulary.PolicyText;
import rein.vocabulary.Run;

/** Says what a run would be given: {@code rein run --explain}. */
final class Explaining {
    /** A permit for one host or group, as the packs and people write it. */
    private static final Pattern NAMED = Pattern.compile("(Host|HostGroup)::\"([^\"]+)\"");

    private Explaining() {}

    static RunExplained of(
            RunRequest request,
            Run run,
            List<PolicyText> policies,
            SandboxHost sandboxes,
            SandboxSpec spec,
            HostGroups groups,
            Optional<Integer> caller) {
        List<Shown> places;
        try {
            places =
                    sandboxes.explain(
                            spec, caller.map(OptionalInt::of).orElseGet(OptionalInt::empty));
        } catch (SandboxException e) {
            throw new ProblemException(422, "cannot-contain", ProblemException.why(e));
        }
        return new RunExplained(
                run.agent().name(),
                request.home().client(),
                Node.label(run.level()),
                policies.stream().map(PolicyText::name).toList(),
                places,
                List.copyOf(spec.environment().keySet()),
                hosts(policies, groups),
                limits(spec.limits()));
    }

    private static List<RunExplained.HostRule> hosts(List<PolicyText> policies, HostGroups groups) {
        List<RunExplained.HostRule> rules = new ArrayList<>();
        for (PolicyText policy : policies) {
            for (String text : policy.text().split(";", -1)) {
                String statement = text.replaceAll("(?m)^\\s*//.*$", "");
                boolean permit = Pattern.compile("\\bpermit\\s*\\(").matcher(statement).find();
                if (permit && statement.contains("network:connect")) {
                    permitted(policy.name(), statement, groups, rules);
                }
            }
        }
        for (String host : groups.telemetry()) {
            rules.add(
                    new RunExplained.HostRule(
                            host, "denied-quietly", "clients report on themselves there"));
        }
        return rules;
    }

    private static void permitted(
            String policy, String statement, HostGroups groups, List<RunExplained.HostRule> rules) {
        Matcher named = NAMED.matcher(statement);
        boolean any = false;
        while (named.find()) {
            any = true;
            String name = named.group(2);
            if (named.group(1).equals("Host")) {
                rules.add(new RunExplained.HostRule(name, "permitted", "policy " + policy));
                continue;
            }
            TreeSet<String> hosts = new TreeSet<>(groups.in(name));
            String why = "policy " + policy + ", " + name;
            if (hosts.isEmpty()) {
                rules.add(
                        new RunExplained.HostRule(
                                "(none)", "permitted", why + ": none is known here"));
            }
            hosts.forEach(host -> rules.add(new RunExplained.HostRule(host, "permitted", why)));
        }
        if (!any) {
            rules.add(
                    new RunExplained.HostRule(
                            "(by condition)",
                            "permitted",
                            "policy " + policy + " permits by a condition, not by name: read it"));
        }
    }

    private static Map<String, Long> limits(Limits limits) {
        Map<String, Long> all = new LinkedHashMap<>();
        all.put("cpu-milli", (long) limits.cpuMilli());
        all.put("memory-bytes", limits.memoryBytes());
        all.put("processes", (long) limits.processes());
        all.put("scratch-bytes-each", limits.scratchBytes());
        return all;
    }
}
