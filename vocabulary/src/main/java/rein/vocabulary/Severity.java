package rein.vocabulary;

/** OCSF severity_id 1 to 6, in order. */
public enum Severity {
    INFORMATIONAL,
    LOW,
    MEDIUM,
    HIGH,
    CRITICAL,
    FATAL
}
