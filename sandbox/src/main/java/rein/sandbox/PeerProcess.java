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

    /**
     * Whether one that lives below can be an ordinary user's launcher, which asks before it becomes
     * a run: one level below, in a user namespace of that user's, and free to gain rights.
     *
     * <p>INVARIANT: no process of a run can pass for it. All of them have no_new_privs, which is
     * inherited and which nobody can give up (prctl(2), PR_SET_NO_NEW_PRIVS).
     */
    public static boolean isLauncher(long pid) {
        Optional<Integer> theirs = namespaces(Long.toString(pid));
        Optional<Integer> ours = namespaces("self");
        Optional<String> user = CallerProcess.link(Path.of("/proc", Long.toString(pid), "ns/user"));
        Optional<String> own = CallerProcess.link(Path.of("/proc/self/ns/user"));
        return theirs.isPresent()
                && ours.isPresent()
                && theirs.get() == ours.get() + 1
                && user.isPresent()
                && !user.equals(own)
                && KernelFile.status(pid, "NoNewPrivs").filter("0"::equals).isPresent()
                && KernelFile.status(pid, "Uid").filter(ids -> !ids.startsWith("0\t")).isPresent();
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
