package rein.vocabulary;

/**
 * A gateway's protocol, or the place where a run is watched ({@link #EXEC}, {@link #TELEMETRY}).
 */
public enum Door {
    MCP,
    MODEL,
    A2A,
    EGRESS,
    EXEC,
    TELEMETRY
}
