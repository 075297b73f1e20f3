package rein.sandbox;

/**
 * How complete the observation is so far.
 *
 * @param seen starts handed on; of them {@code withoutArgv} without arguments
 * @param lost events that the kernel dropped because the buffer was full
 * @param unattributed starts seen that could not be given to a run
 * @param undelivered starts that the consumer failed to take
 * @param running whether observation goes on; when not, nothing since is known
 */
public record ExecCounts(
        long seen,
        long withoutArgv,
        long lost,
        long unattributed,
        long undelivered,
        boolean running) {}
