package rein.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import rein.vocabulary.Draft;
import rein.vocabulary.Entry;
import rein.vocabulary.RecordRefusedException;

/** One draft on its way into the log, and where its caller waits. */
record Ticket(
        Draft draft,
        Instant happened,
        long monotonicNanos,
        Optional<String> contentRef,
        CompletableFuture<Entry> answer) {

    void refuse(RecordRefusedException.Code code, String message) {
        answer.completeExceptionally(new RecordRefusedException(code, message));
    }

    /** Waits, and goes on waiting when interrupted: whether it is in the log must be known. */
    Entry await() throws RecordRefusedException {
        try {
            return answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RecordRefusedException refused) {
                // A fresh exception, so that the trace shows who asked.
                throw new RecordRefusedException(
                        refused.code(), String.valueOf(refused.getMessage()), refused);
            }
            throw e;
        }
    }
}
