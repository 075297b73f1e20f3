package rein.policy.syntax;

/** What a template leaves open in its head. There is no slot for the action. */
public enum Slot {
    PRINCIPAL("?principal"),
    RESOURCE("?resource");

    private final String word;

    Slot(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
