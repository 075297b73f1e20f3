package rein.server.http;

/** Stands for the body of a request that has none. */
public record NoBody() {}
