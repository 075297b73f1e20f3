package rein.vocabulary;

/**
 * The seam to the audit log. A caller that gets an answer may let the effect happen; one that gets
 * an exception may not.
 */
@FunctionalInterface
public interface Recorder {
    /**
     * Returns when the record is durable.
     *
     * @throws RecordRefusedException when the log is full, too slow or broken: refuse the request
     */
    Entry append(Draft draft) throws RecordRefusedException;
}
