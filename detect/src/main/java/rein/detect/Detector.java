package rein.detect;

/**
 * One pure function of a run's records: no clock, no I/O, nothing remembered but its state. The
 * same records in the same order give the same matches, on a node and in a replay.
 *
 * @param <S> its state; immutable and bounded
 */
public interface Detector<S> {
    /** The state of a run of which nothing has been seen. */
    S start();

    Step<S> see(S state, Observation seen);
}
