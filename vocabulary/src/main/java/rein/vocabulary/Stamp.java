package rein.vocabulary;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What the recorder adds to a draft.
 *
 * @param version of the record format; 1
 * @param log the origin of the log, {@code <trust-domain>/<node>}
 * @param monotonicNanos CLOCK_BOOTTIME when it happened
 * @param boot id of the kernel's boot
 * @param runSequence 1 for the first record of a run; 0 where there is no run
 * @param contentRef the content's address: an HMAC under the owner's key
 */
public record Stamp(
        int version,
        UUID id,
        Tenant tenant,
        String log,
        String node,
        Instant happened,
        long monotonicNanos,
        UUID boot,
        long runSequence,
        Optional<String> contentRef) {}
