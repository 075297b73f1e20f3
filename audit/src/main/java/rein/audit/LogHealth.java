package rein.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

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

    static LogHealth of(
            LogFiles files,
            Path folder,
            Reserve reserve,
            Intake intake,
            Writer writer,
            Sealer sealer) {
        int used;
        Optional<String> warning;
        try {
            used = files.room(folder).usedPercent();
            warning = used < WARN_USED_PERCENT ? Optional.empty() : Optional.of(filling(used));
        } catch (IOException e) {
            used = 0;
            warning = Optional.of("How full the disk is could not be read: " + e.getMessage());
        }
        State state;
        String sentence;
        Optional<String> broken = writer.broken();
        if (broken.isPresent()) {
            state = State.BROKEN;
            sentence = broken.get();
        } else if (writer.full()) {
            state = State.FULL;
            sentence = "There is no room for ordinary records; stops are recorded. Free some.";
        } else {
            sentence = sealer.trouble().orElse(warning.orElse(""));
            state = sentence.isEmpty() ? State.FINE : State.WARN;
        }
        return new LogHealth(
                state,
                sentence,
                used,
                writer.reserveReadyBytes(),
                reserve.bytes(),
                intake.waiting(),
                Intake.QUEUE_RECORDS_MAX,
                sealer.written(),
                sealer.signed(),
                intake.refusals(),
                writer.fullRefusals());
    }

    private static String filling(int usedPercent) {
        return "The disk that holds the audit log is "
                + usedPercent
                + " % full. Free some room before records are refused.";
    }
}
