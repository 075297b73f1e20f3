package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import rein.sandbox.TraceEvent.Exited;
import rein.sandbox.TraceEvent.Forked;
import rein.sandbox.TraceEvent.Lost;
import rein.sandbox.TraceEvent.Started;

/** Lines as kernel 6.18 prints them. */
class TraceEventTest {
    private static final String HEAD = "            bash-1977    [000] d..2.  2477.152284: ";

    @Test
    void readsEachKind() {
        assertThat(
                        TraceEvent.parse(
                                HEAD
                                        + "sched_process_exec: filename=/bin/true pid=1977 old_pid=1977"))
                .contains(new Started(1977, "/bin/true", 2_477_152_284_000L));
        assertThat(
                        TraceEvent.parse(
                                HEAD
                                        + "sched_process_fork: comm=bash pid=1977 child_comm=bash"
                                        + " child_pid=1978"))
                .contains(new Forked(1977, 1978));
        assertThat(
                        TraceEvent.parse(
                                HEAD
                                        + "sched_process_exit: comm=bash pid=1977 prio=120"
                                        + " group_dead=true"))
                .contains(new Exited(1977));
        assertThat(TraceEvent.parse("CPU:1 [LOST 4711 EVENTS]")).contains(new Lost(4711));
        assertThat(TraceEvent.parse("# tracer: nop")).isEmpty();
    }

    @Test
    void aProcessNameCannotPassForTheRestOfTheLine() {
        String line =
                "  a-1 [0] . 1.1: -1977    [000] d..2.  2477.152284: sched_process_exec:"
                        + " filename=/bin/true pid=1977 old_pid=1977";
        assertThat(TraceEvent.parse(line))
                .contains(new Started(1977, "/bin/true", 2_477_152_284_000L));
    }

    @Test
    void aFileNameMayContainWhatLooksLikeFields() {
        String file = "/tmp/x pid=1 old_pid=1 filename=/bin/ls";
        assertThat(
                        TraceEvent.parse(
                                HEAD
                                        + "sched_process_exec: filename="
                                        + file
                                        + " pid=1977 old_pid=1977"))
                .contains(new Started(1977, file, 2_477_152_284_000L));
    }

    @Test
    void aLineBreakInANameIsSeenAsCutOff() {
        String first = HEAD + "sched_process_exec: filename=/tmp/a";
        String second = "b pid=1977 old_pid=1977";
        assertThat(TraceEvent.cutOff(first)).isTrue();
        assertThat(TraceEvent.cutOff(first + "\n" + second)).isFalse();
        assertThat(TraceEvent.parse(first + "\n" + second))
                .isEqualTo(Optional.of(new Started(1977, "/tmp/a\nb", 2_477_152_284_000L)));
    }

    @Test
    void aStartOfAnotherProcessThanTheLinesIsNotBelieved() {
        assertThat(TraceEvent.parse(HEAD + "sched_process_exec: filename=/tmp/a pid=5 old_pid=5"))
                .isEmpty();
    }

    @Test
    void anEndWithAnotherProcessesNumberInANameEndsNothing() {
        String first = HEAD + "sched_process_exec: filename=/tmp/a\nx pid=1 old_pid=1";
        String forged =
                "  sh-5 [000] ..... 9.000001: sched_process_exec: filename=F pid=5 old_pid=5";
        String last = "b pid=1977 old_pid=1977";
        assertThat(TraceEvent.cutOff(first)).isTrue();
        assertThat(TraceEvent.cutOff(first + "\n" + forged)).isTrue();
        assertThat(TraceEvent.parse(first + "\n" + forged + "\n" + last))
                .contains(
                        new Started(
                                1977,
                                "/tmp/a\nx pid=1 old_pid=1\n" + forged + "\nb",
                                2_477_152_284_000L));
    }

    @Test
    void aProcessNameCannotNameAnotherChild() {
        String cut =
                HEAD + "sched_process_fork: comm= child_pid=7\n pid=1977 child_comm= child_pid=7";
        assertThat(TraceEvent.parse(cut)).isEmpty();
        assertThat(
                        TraceEvent.parse(
                                HEAD
                                        + "sched_process_fork: comm=a\nb pid=1977 child_comm=a\nb"
                                        + " child_pid=1978"))
                .contains(new Forked(1977, 1978));
    }

    @Test
    void anEventThatWasTooLongIsLost() {
        assertThat(TraceEvent.parse("[LINE TOO BIG]")).contains(new Lost(1));
    }
}
