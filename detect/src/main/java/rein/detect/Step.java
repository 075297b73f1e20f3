package rein.detect;

import java.util.List;

/** A detector's answer to one observation: its next state, and what matched. */
public record Step<S>(S state, List<Match> matches) {
    public Step {
        matches = List.copyOf(matches);
    }

    static <S> Step<S> quiet(S state) {
        return new Step<>(state, List.of());
    }

    static <S> Step<S> of(S state, Match match) {
        return new Step<>(state, List.of(match));
    }
}
