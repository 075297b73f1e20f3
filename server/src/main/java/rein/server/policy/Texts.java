package rein.server.policy;

import rein.vocabulary.PolicyText;

/** A policy text as it is kept and signed: with its scope and mode in words. */
public record Texts(String name, String scope, String mode, String text) {
    public static Texts of(PolicyText text) {
        return new Texts(text.name(), Scopes.words(text.scope()), text.mode().name(), text.text());
    }

    /**
     * The text again.
     *
     * @throws IllegalArgumentException if {@link #of} did not write this
     */
    public PolicyText policyText() {
        return new PolicyText(name, Scopes.parse(scope), PolicyText.Mode.valueOf(mode), text);
    }
}
