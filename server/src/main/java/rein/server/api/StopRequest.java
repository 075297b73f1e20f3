package rein.server.api;

import java.util.Optional;

/**
 * Whom to stop: exactly one of the first five.
 *
 * @param run id or short id
 * @param kill terminate instead of suspend
 * @param reason goes into the audit log; who pulls the plug in a hurry may leave it out
 */
public record StopRequest(
        Optional<String> run,
        Optional<String> agent,
        Optional<String> blueprint,
        Optional<String> owner,
        boolean fleet,
        boolean kill,
        Optional<String> reason) {}
