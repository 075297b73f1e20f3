package rein.server.api;

/** Which order ends: its id, or a run that it stopped. */
public record ResumeRequest(String what, String reason) {}
