package rein.server.api;

/** That something answers, for everybody who asks. */
public record Health(String status, String version) {}
