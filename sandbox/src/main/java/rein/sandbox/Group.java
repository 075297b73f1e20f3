package rein.sandbox;

import java.util.List;

/** The processes of one run, daemonised ones too, held as one. Safe for any thread. */
sealed interface Group permits Cgroup, InitGroup {
    /** The processes alive now, as the node numbers them. */
    List<Long> processes();

    /** Starts freezing or thawing; see {@link #awaitFrozen}. */
    void freeze(boolean frozen);

    /** Whether all processes stand still before the deadline. */
    boolean awaitFrozen(long deadlineNanos);

    /** Sends SIGKILL to all, those that are being forked too. */
    void kill();

    /** Whether no process is left before the deadline. */
    boolean awaitEmpty(long deadlineNanos);

    Usage usage();

    /** Removes what can be killed of the empty group: nobody can join any more. */
    boolean removeKillable();

    /** Removes what held the group together, when it is empty. */
    boolean remove();
}
