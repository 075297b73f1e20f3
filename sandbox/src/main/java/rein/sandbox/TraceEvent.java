package rein.sandbox;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One event of a trace instance, read from the text of {@code trace_pipe}. */
sealed interface TraceEvent {
    /** A program start. */
    record Started(long pid, String file, long bootNanos) implements TraceEvent {}

    record Forked(long parent, long child) implements TraceEvent {}

    /** A thread or process ended. */
    record Exited(long pid) implements TraceEvent {}

    /** The ring buffer overflowed: so many events were never seen. */
    record Lost(long events) implements TraceEvent {}

    /** {@code comm-pid [cpu] flags seconds.micros: event: fields}; comm is at most 15 bytes. */
    Pattern LINE =
            Pattern.compile(
                    " *(.{0,16}?)-(\\d+) +\\[\\d+\\] +\\S+ +(\\d+)\\.(\\d{6}): (\\w+): (.*)",
                    Pattern.DOTALL);

    Pattern LOST = Pattern.compile("CPU:\\d+ \\[LOST (\\d+) EVENTS\\]");
    Pattern EXEC = Pattern.compile("filename=(.*) pid=(\\d+) old_pid=\\d+", Pattern.DOTALL);

    Pattern FORK_LIKE =
            Pattern.compile("comm=.* pid=\\d+ child_comm=.* child_pid=\\d+", Pattern.DOTALL);

    /** A child begins with its parent's name, so names that differ end elsewhere. */
    Pattern FORK =
            Pattern.compile("comm=(.*) pid=(\\d+) child_comm=\\1 child_pid=(\\d+)", Pattern.DOTALL);

    /** An event was longer than the kernel prints. */
    String TOO_BIG = "[LINE TOO BIG]";

    /**
     * Whether this begins an event whose end a line break in a name has cut off. The number at the
     * end of a program start must be that of the line's beginning: a file's name may hold another
     * end, but a run does not know its processes' numbers on the host.
     */
    static boolean cutOff(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return false;
        }
        return switch (matcher.group(5)) {
            case "sched_process_exec" ->
                    ended(matcher.group(6), Long.parseLong(matcher.group(2))).isEmpty();
            case "sched_process_fork" -> !FORK_LIKE.matcher(matcher.group(6)).matches();
            default -> false;
        };
    }

    private static Optional<String> ended(String fields, long pid) {
        Matcher exec = EXEC.matcher(fields);
        return exec.matches() && exec.group(2).equals(Long.toString(pid))
                ? Optional.of(exec.group(1))
                : Optional.empty();
    }

    /** Empty for a line that is none of the four. */
    static Optional<TraceEvent> parse(String line) {
        Matcher lost = LOST.matcher(line);
        if (lost.matches()) {
            return Optional.of(new Lost(Long.parseLong(lost.group(1))));
        }
        if (line.endsWith(TOO_BIG)) {
            return Optional.of(new Lost(1));
        }
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long pid = Long.parseLong(matcher.group(2));
        long nanos =
                Long.parseLong(matcher.group(3)) * 1_000_000_000L
                        + Long.parseLong(matcher.group(4)) * 1_000L;
        return switch (matcher.group(5)) {
            case "sched_process_exec" ->
                    ended(matcher.group(6), pid).map(file -> new Started(pid, file, nanos));
            case "sched_process_fork" -> {
                Matcher fork = FORK.matcher(matcher.group(6));
                yield fork.matches() && fork.group(2).equals(Long.toString(pid))
                        ? Optional.of(new Forked(pid, Long.parseLong(fork.group(3))))
                        : Optional.empty();
            }
            case "sched_process_exit" -> Optional.of(new Exited(pid));
            default -> Optional.empty();
        };
    }
}
