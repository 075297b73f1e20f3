package rein.policy.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import rein.policy.syntax.Policy;
import rein.policy.syntax.Spelling;
import rein.policy.value.Quoting;
import rein.vocabulary.Consent;
import rein.vocabulary.Taint;

/**
 * The annotations that change what a decision is, which in Cedar itself none does: {@code
 * @approval("owner")} and {@code @hold("30s")} on a permit that counts once somebody said yes, and
 * {@code @taint("private_data")} on a permit that leaves a taint behind.
 */
public final class Annotations {
    static final String APPROVAL = "approval";
    static final String HOLD = "hold";
    static final String TAINT = "taint";

    /** Everything that an annotation can be called. */
    public static final List<String> KNOWN =
            List.of("id", "reason", "code", "next", "description", APPROVAL, HOLD, TAINT);

    private static final java.util.regex.Pattern LENGTH =
            java.util.regex.Pattern.compile("([1-9][0-9]{0,2})([sm])");

    private Annotations() {}

    /**
     * What is wrong with these three.
     *
     * @param message a clause
     * @param help what to write instead
     */
    public record Fault(String message, String help) {}

    /** In the order of this class; empty if each of them has a meaning. */
    public static List<Fault> faults(Policy policy) {
        List<Fault> faults = new ArrayList<>();
        if (!policy.permits()) {
            Stream.of(APPROVAL, HOLD, TAINT)
                    .filter(name -> policy.annotation(name).isPresent())
                    .forEach(name ->
                            faults.add(
                                    new Fault(
                                            "@" + name + " on a forbid",
                                            "only a permit is waited for or leaves something"
                                                    + " behind")));
            return faults;
        }
        policy.annotation(APPROVAL)
                .filter(role -> role(role).isEmpty())
                .ifPresent(role ->
                        faults.add(
                                new Fault(
                                        "@approval is " + Quoting.literal(role),
                                        "an owner or an operator approves: @approval(\"owner\")")));
        policy.annotation(HOLD)
                .filter(text -> hold(text).isEmpty() || policy.annotation(APPROVAL).isEmpty())
                .ifPresent(text ->
                        faults.add(
                                new Fault(
                                        "@hold is " + Quoting.literal(text),
                                        "beside @approval, a time from 1s to 5m like"
                                                + " @hold(\"30s\")")));
        policy.annotation(TAINT).stream()
                .flatMap(Annotations::words)
                .filter(word -> Taint.find(word).isEmpty())
                .forEach(word ->
                        faults.add(
                                new Fault(
                                        "unknown taint " + Quoting.literal(word),
                                        Spelling.help(word, Taint.labels()))));
        return faults;
    }

    /** Whose yes the permit waits for; empty where it counts at once. */
    static Optional<Consent> consent(Policy policy) {
        if (!policy.permits()) {
            return Optional.empty();
        }
        Duration hold = policy.annotation(HOLD).flatMap(Annotations::hold).orElse(Consent.HOLD);
        return policy.annotation(APPROVAL)
                .flatMap(Annotations::role)
                .map(role -> new Consent(role, hold));
    }

    /** What the run has touched once the permit let something through. */
    static Set<Taint> taints(Policy policy) {
        Set<Taint> taints = new LinkedHashSet<>();
        policy.annotation(TAINT).stream()
                .flatMap(Annotations::words)
                .forEach(word -> Taint.find(word).ifPresent(taints::add));
        return taints;
    }

    private static Stream<String> words(String text) {
        return Stream.of(text.split(",", -1)).map(String::strip);
    }

    private static Optional<Consent.Role> role(String text) {
        return Stream.of(Consent.Role.values())
                .filter(role -> role.label().equals(text))
                .findFirst();
    }

    private static Optional<Duration> hold(String text) {
        java.util.regex.Matcher matcher = LENGTH.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        Duration hold =
                matcher.group(2).equals("s")
                        ? Duration.ofSeconds(number)
                        : Duration.ofMinutes(number);
        return Optional.of(hold).filter(h -> h.compareTo(Consent.HOLD_MAX) <= 0);
    }
}
