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
    Pattern FORK =
            Pattern.compile("comm=.* pid=(\\d+) child_comm=.* child_pid=(\\d+)", Pattern.DOTALL);

    /** Whether this begins an event whose end a line break in a name has cut off. */
    static boolean cutOff(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return false;
        }
        String fields = matcher.group(6);
        return switch (matcher.group(5)) {
            case "sched_process_exec" -> !EXEC.matcher(fields).matches();
            case "sched_process_fork" -> !FORK.matcher(fields).matches();
            default -> false;
        };
    }

    /** Empty for a line that is none of the four. */
    static Optional<TraceEvent> parse(String line) {
        Matcher lost = LOST.matcher(line);
        if (lost.matches()) {
            return Optional.of(new Lost(Long.parseLong(lost.group(1))));
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
            case "sched_process_exec" -> {
                Matcher exec = EXEC.matcher(matcher.group(6));
                yield exec.matches() && Long.parseLong(exec.group(2)) == pid
                        ? Optional.of(new Started(pid, exec.group(1), nanos))
                        : Optional.empty();
            }
            case "sched_process_fork" -> {
                Matcher fork = FORK.matcher(matcher.group(6));
                yield fork.matches()
                        ? Optional.of(new Forked(pid, Long.parseLong(fork.group(2))))
                        : Optional.empty();
            }
            case "sched_process_exit" -> Optional.of(new Exited(pid));
            default -> Optional.empty();
        };
    }
}
