package rein.respond;

import java.util.UUID;

/**
 * What is done to a run when its lease changes. Never two at once for the same run. One that throws
 * is tried again at the next tick.
 */
public interface LeaseActs {
    /** Freeze it. The doors deny by themselves, since they ask for every request. */
    void lapsed(UUID run);

    /** Thaw it, unless a stop order covers it. */
    void restored(UUID run);

    /** Kill it. */
    void expired(UUID run);
}
