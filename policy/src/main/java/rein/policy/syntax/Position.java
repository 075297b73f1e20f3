package rein.policy.syntax;

/**
 * A place in a policy text.
 *
 * @param line from 1
 * @param column in characters (code points), from 1
 */
public record Position(int line, int column) {
    @Override
    public String toString() {
        return line + ":" + column;
    }
}
