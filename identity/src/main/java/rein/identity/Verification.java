package rein.identity;

/** What a presented token proved. */
public sealed interface Verification {
    /** It is this person's, valid now. */
    record Known(Caller.Person person) implements Verification {}

    /** It proves nothing: deny. */
    record Refused(Reason reason) implements Verification {}

    /**
     * Why a token is refused. Only who holds the whole token learns more than {@link #UNKNOWN}; the
     * id alone tells nothing.
     */
    enum Reason {
        MALFORMED("That is not a Rein token."),
        UNKNOWN("This token is not known here."),
        EXPIRED("This token has expired; ask for a new one: rein token create --person NAME"),
        REVOKED("This token was revoked."),
        USED("This bootstrap token was used already; it works once."),
        WRONG_KIND(
                "This kind of token does not fit here: a bootstrap token is exchanged once for a"
                        + " person's token, and only a person's token calls.");

        private final String explanation;

        Reason(String explanation) {
            this.explanation = explanation;
        }

        /** One sentence for the caller. */
        public String explanation() {
            return explanation;
        }
    }
}
