package rein.audit;

/** What an acknowledged record survives. */
public enum Durability {
    /**
     * Written to the kernel: survives {@code kill -9} of this process. A power cut may lose what
     * was appended since the last checkpoint (at most about {@link Sealer#CHECKPOINT_MILLIS}); a
     * signed checkpoint never covers a record that was not forced to the disk.
     */
    PROCESS_CRASH,
    /**
     * Forced to the disk before it is acknowledged: survives a power cut, if the disk is honest.
     */
    POWER_LOSS
}
