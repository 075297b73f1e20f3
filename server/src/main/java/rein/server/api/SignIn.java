package rein.server.api;

/**
 * Asks for a session of the console.
 *
 * @param token a person's token
 */
public record SignIn(String token) {
    @Override
    public String toString() {
        return "SignIn[token=…]";
    }
}
