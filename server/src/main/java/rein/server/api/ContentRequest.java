package rein.server.api;

/**
 * Asks for the free text of a run's records: program names and arguments, URL paths, reasons.
 *
 * @param run its id
 * @param reason why; goes into the audit log before anything is read
 */
public record ContentRequest(String run, String reason) {}
