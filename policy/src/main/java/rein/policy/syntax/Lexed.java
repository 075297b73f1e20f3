package rein.policy.syntax;

import java.util.List;

/**
 * A text as tokens and comments.
 *
 * @param tokens the last one is the end of the text
 * @param comments in their order
 */
public record Lexed(List<Token> tokens, List<Comment> comments) {
    public Lexed {
        tokens = List.copyOf(tokens);
        comments = List.copyOf(comments);
    }

    /**
     * One comment, to the end of its line.
     *
     * @param text with the slashes, without blanks at its end
     * @param before the index of the token that follows
     * @param alone on its line; otherwise it follows a token
     * @param afterBlank an empty line stands above it
     * @param line where it stands, from 1
     */
    public record Comment(String text, int before, boolean alone, boolean afterBlank, int line) {}
}
