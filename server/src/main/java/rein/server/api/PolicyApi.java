package rein.server.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import rein.policy.review.PolicyCase;
import rein.policy.review.Reach;
import rein.policy.review.Replay;
import rein.policy.review.SetDiff;
import rein.policy.review.Suggestion;
import rein.policy.review.Why;

/** What is said and heard at {@code /v1/policies}. */
public final class PolicyApi {
    private PolicyApi() {}

    /**
     * One version of a set.
     *
     * @param version 0 for what comes with the product
     * @param state draft, shadow, warn, enforce or retired
     * @param signature base64 Ed25519 of the control plane's key
     * @param text and {@code tests}: where one version is asked for
     */
    public record SetView(
            String scope,
            int version,
            String name,
            String state,
            String author,
            String reason,
            Optional<Instant> created,
            Optional<Instant> changed,
            String changedBy,
            String signature,
            Optional<Proposed> proposed,
            Optional<String> text,
            Optional<String> tests) {}

    /** A step that waits for a second person. */
    public record Proposed(String to, String by, Instant when) {}

    /**
     * Asks for a new version.
     *
     * @param mode the state to bring it to at once; draft when left out
     */
    public record Put(
            String scope,
            String text,
            Optional<String> tests,
            Optional<String> mode,
            String reason) {}

    /** Asks for a version to be brought to a state. */
    public record Step(String scope, int version, String to, String reason) {}

    /**
     * What came of it.
     *
     * @param outcome done, or needs-second-person
     * @param weakens what may become allowed by it, as sentences
     * @param warnings what its author should know of the text, though it is accepted
     * @param note where one person alone was enough for what usually takes two
     */
    public record Outcome(
            String outcome,
            SetView set,
            Optional<Receipt> receipt,
            List<String> weakens,
            List<String> warnings,
            List<PolicyCase.Result> tests,
            Effect effect,
            Optional<String> note) {}

    /**
     * That a step is in force.
     *
     * @param sha256 of the text, in hex
     * @param by whose step it was
     * @param record id of the record that was written before
     * @param flowsCut open connections that could not go on
     * @param key id of the control plane's key
     * @param signature base64 Ed25519 over the other members, each on a line of its own
     */
    public record Receipt(
            String scope,
            int version,
            String state,
            String sha256,
            long snapshot,
            String by,
            String record,
            String address,
            int flowsCut,
            String key,
            String signature) {
        /** What is signed. */
        public String signed() {
            return String.join(
                    "\n",
                    "rein-policy-receipt/1",
                    scope,
                    String.valueOf(version),
                    state,
                    sha256,
                    String.valueOf(snapshot),
                    by,
                    record,
                    address,
                    String.valueOf(flowsCut),
                    key,
                    "");
        }
    }

    /**
     * What recorded requests say of a change.
     *
     * @param notReplayable cause to how many decisions could not be made again
     * @param more whether the range holds more records than were looked at
     */
    public record Effect(
            Instant from,
            Instant to,
            Replay replay,
            Map<String, Long> notReplayable,
            boolean more) {}

    /**
     * Asks for a replay.
     *
     * @param text instead of the scope's enforced set; left out: what is in force now
     * @param sinceSeconds so long before {@code to}, instead of {@code from}; a day if neither
     */
    public record ReplayRequest(
            Optional<String> scope,
            Optional<String> text,
            Optional<Long> sinceSeconds,
            Optional<Instant> from,
            Optional<Instant> to) {}

    /**
     * A replay.
     *
     * @param tried what each set in shadow or warn would change, by its name
     */
    public record Replayed(Effect effect, Map<String, Effect> tried) {}

    /** Asks why; the reason goes into the log, since content is read. */
    public record WhyRequest(String record, String reason) {}

    /**
     * Why a record says what it says.
     *
     * @param decision as it was recorded
     * @param code the recorded decision's first reason
     * @param why empty where it cannot be decided again
     * @param notReplayable why it cannot
     * @param snapshot its number
     */
    public record WhyView(
            String record,
            String address,
            String time,
            String agent,
            String on,
            String decision,
            String code,
            long snapshot,
            Optional<Why> why,
            Optional<String> notReplayable) {}

    /**
     * Asks for a least-privilege set.
     *
     * @param run id or its end; or agent
     * @param sinceSeconds of an agent: a day if left out; of a run: all of it
     * @param pack that the agent would run under: locked when left out
     */
    public record SuggestRequest(
            Optional<String> run,
            Optional<String> agent,
            Optional<Long> sinceSeconds,
            Optional<String> pack) {}

    /** A set, and its proof. */
    public record Suggested(
            String agent,
            String pack,
            Suggestion suggestion,
            Map<String, Long> notReplayable,
            boolean more) {}

    /** Asks what an agent can reach, or who can reach a host. */
    public record ReachRequest(Optional<String> agent, Optional<String> host) {}

    /**
     * Who can reach what.
     *
     * @param agents how many were asked for
     * @param hosts how many were asked for
     */
    public record Reached(Reach.Answer answer, int agents, int hosts) {}

    /** Asks how two sets differ, each a Cedar text for the scope. */
    public record DiffRequest(
            String scope,
            String older,
            String newer,
            Optional<Instant> from,
            Optional<Instant> to) {}

    /**
     * How they differ.
     *
     * @param opened what known agents could newly reach of known destinations
     * @param closed what they no longer could
     */
    public record Differs(
            SetDiff diff, Effect effect, List<Reach.Found> opened, List<Reach.Found> closed) {}
}
