package rein.sandbox;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One program start in a run, as the kernel reported it.
 *
 * @param pid and {@code parent} as the host numbers processes; parent 0 where it was not seen
 * @param file as given to exec; a relative path or {@code /dev/fd/N} (a memory file) is possible
 * @param argv empty when the process had gone, or had started the next program, before its
 *     arguments were read: <em>not seen</em>, which is not the same as none
 * @param fromWritable whether the run itself can write where the file lies
 * @param ours whether it is one of the three starts that make the sandbox (setpriv, bwrap, env)
 * @param bootNanos CLOCK_BOOTTIME, microsecond resolution
 * @param lagNanos from the start to this record
 */
public record Exec(
        UUID run,
        long pid,
        long parent,
        String file,
        Optional<List<String>> argv,
        boolean fromWritable,
        boolean ours,
        long bootNanos,
        long lagNanos) {
    /** Longer argument lists are cut; a command line in a record is evidence, not an archive. */
    public static final int ARGV_BYTES_MAX = 8192;

    public Exec {
        argv = argv.map(List::copyOf);
    }
}
