package rein.gateway;

import java.util.UUID;
import java.util.function.BooleanSupplier;
import rein.vocabulary.Consent;
import rein.vocabulary.Reason;

/** Where one request waits at a door while people are asked. One thread uses it, once. */
public interface WaitingPlace extends AutoCloseable {
    /**
     * What is asked.
     *
     * @param id the record that says so; people answer by its id
     * @param digest of everything the request says of itself, so that the yes is to exactly that
     */
    record Question(UUID id, Wanted wanted, Consent consent, String digest) {}

    /** What came of it; each but {@link Over} is recorded when it is returned. */
    sealed interface Answer {
        /**
         * Somebody said yes.
         *
         * @param record of the answer
         */
        record Yes(Consent.Role as, String by, UUID record) implements Answer {}

        /** Somebody said no. */
        record No(String by, UUID record) implements Answer {}

        /** Nobody said anything in time. */
        record Expired() implements Answer {}

        /** Nothing waits any more: the client hung up, the connection or run is over or stopped. */
        record Over() implements Answer {}
    }

    /**
     * Waits, with the bound that the question names.
     *
     * @param over whether there is nothing left to wait for
     */
    Answer await(Question question, BooleanSupplier over);

    /** For the record: who approved it. */
    static Reason approvedBy(String who) {
        return new Reason("approved", who + " approved exactly this request.", "");
    }

    /** Gives the place back. */
    @Override
    void close();
}
