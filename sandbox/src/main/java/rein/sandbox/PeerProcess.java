package rein.sandbox;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What /proc says of a process that calls: whether it lives in a run, and who logged in for it. */
public final class PeerProcess {
    /** What /proc says of a process that nobody logged in for. */
    private static final long NOBODY_LOGGED_IN = 0xffff_ffffL;

    private PeerProcess() {}

    /**
     * Whether it lives in a process namespace below this one's, as every process of a run does.
     * Empty where it is gone, or not to be seen.
     */
    public static Optional<Boolean> isBelow(long pid) {
        Optional<Integer> theirs = namespaces(Long.toString(pid));
        Optional<Integer> ours = namespaces("self");
        return theirs.isPresent() && ours.isPresent()
                ? Optional.of(theirs.get() > ours.get())
                : Optional.empty();
    }

    /** In how many process namespaces it has a number (proc(5), NSpid). */
    private static Optional<Integer> namespaces(String pid) {
        return KernelFile.read(Path.of("/proc", pid, "status")).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("NSpid:"))
                .map(line -> (int) Stream.of(line.split("\\s+")).skip(1).count())
                .findFirst();
    }

    /**
     * The user id that logged in and started all this, through su and sudo (pam_loginuid(8)); empty
     * where the kernel was not told.
     */
    public static OptionalLong loginUser(long pid) {
        return KernelFile.read(Path.of("/proc", Long.toString(pid), "loginuid")).stream()
                .map(String::strip)
                .filter(text -> text.matches("[0-9]{1,10}"))
                .mapToLong(Long::parseLong)
                .filter(uid -> uid != NOBODY_LOGGED_IN)
                .findFirst();
    }
}
