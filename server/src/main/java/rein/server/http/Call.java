package rein.server.http;

import java.util.Map;
import java.util.Optional;
import rein.identity.Caller;

/**
 * A request that found its route.
 *
 * @param path the {@code {name}} parts of the template
 */
public record Call(Exchange exchange, Caller caller, Map<String, String> path) {
    public Call {
        path = Map.copyOf(path);
    }

    public String part(String name) {
        return Optional.ofNullable(path.get(name)).orElseThrow();
    }

    /**
     * A number from the query.
     *
     * @throws ProblemException 400 when it is no number or out of bounds
     */
    public int number(String name, int otherwise, int max) {
        return exchange.query(name)
                .map(text -> {
                    int value = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
                    if (value < 0 || value > max) {
                        throw new ProblemException(
                                400,
                                "bad-number",
                                name + " is a whole number from 0 to " + max + ".");
                    }
                    return value;
                })
                .orElse(otherwise);
    }
}
