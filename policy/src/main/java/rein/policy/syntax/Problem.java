package rein.policy.syntax;

/**
 * Why a policy text is refused: one line for people.
 *
 * @param policy the name of the text it is in
 * @param message one sentence without the full stop: what is wrong
 * @param help what to write instead; empty when there is nothing to add
 */
public record Problem(String policy, Position at, String message, String help) {
    /** For example {@code dev.cedar:3:14: unknown action "network:conect" (did you mean …?)}. */
    @Override
    public String toString() {
        String where = policy + ":" + at + ": " + message;
        return help.isEmpty() ? where : where + " (" + help + ")";
    }
}
