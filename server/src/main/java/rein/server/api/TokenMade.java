package rein.server.api;

import java.util.List;

/** A token, shown this once. */
public record TokenMade(String id, String token, String person, List<String> roles) {}
