package rein.vocabulary;

/**
 * Why a decision is what it is.
 *
 * @param code stable, lower-case-dashed, for machines: {@code ssh-not-permitted}
 * @param text one sentence for people
 * @param nextStep what the reader can do now; empty when there is nothing to do
 */
public record Reason(String code, String text, String nextStep) {}
