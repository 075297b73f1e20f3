package rein.server.api;

import java.util.Optional;

/**
 * A person says yes.
 *
 * @param denial its id, or the last eight digits of it
 * @param terms once, run (when absent) or time; a request that waits is approved once
 * @param seconds how long, where the terms are a time
 * @param reason goes into the audit log
 */
public record ApprovalRequest(
        String denial, Optional<String> terms, Optional<Long> seconds, Optional<String> reason) {}
