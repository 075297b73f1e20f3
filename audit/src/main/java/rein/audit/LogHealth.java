package rein.audit;

/**
 * How the log is doing, for people and for the health page.
 *
 * @param sentence what is wrong and what to do; empty when all is well
 * @param usedPercent of the file system that holds the log
 * @param reserveReadyBytes room for stop records that is there now
 * @param reserveBytes how much there should be
 * @param queuedRecords waiting for the writer, of at most {@code queuedRecordsMax}
 * @param size records written
 * @param signed records covered by the newest checkpoint
 * @param busyRefusals records refused because too many waited, since the start
 * @param fullRefusals records refused for want of room, since the start
 */
public record LogHealth(
        State state,
        String sentence,
        int usedPercent,
        long reserveReadyBytes,
        long reserveBytes,
        int queuedRecords,
        int queuedRecordsMax,
        long size,
        long signed,
        long busyRefusals,
        long fullRefusals) {

    /** From here on the disk counts as filling up. */
    public static final int WARN_USED_PERCENT = 80;

    /** Best first. */
    public enum State {
        FINE,
        /** The disk is filling up, or the tree lags behind what is written. */
        WARN,
        /** Ordinary records are refused for want of room; stops are still recorded. */
        FULL,
        /** Nothing is recorded any more until the log is opened again. */
        BROKEN
    }
}
