package rein.vocabulary;

import java.util.Locale;

/** What a record is about. Kinds are only ever added; readers keep what they do not know. */
public enum Kind {
    /** The first record of a log: who writes it and with which key. */
    LOG_OPENED,
    /** In the control plane's log: another log and its key. */
    LOG_INTRODUCED,
    NODE_STARTED,
    NODE_STOPPED,
    /** The node takes no new runs, takes them again, or hands those it has to the next node. */
    NODE_DRAINED,
    /** What a self-test really tried, and what happened. */
    SELF_TEST,
    AGENT_CHANGED,
    PERSON_CHANGED,
    TOKEN_CHANGED,
    /** Somebody signed in to, or out of, the console. */
    SESSION_CHANGED,
    /** A drill was started, or has ended: what held. */
    DRILL,
    POLICY_CHANGED,
    /** The first of two people wants a grant that is above the ceiling. */
    GRANT_PROPOSED,
    /** A request waits at a door until somebody approves or refuses it. */
    APPROVAL_ASKED,
    /** It waits no more: approved, refused, expired, or over with its connection or run. */
    APPROVAL_ENDED,
    /** People allow an agent one destination that it was denied. */
    GRANTED,
    /** A grant is used up, over, or taken back. */
    GRANT_ENDED,
    RUN_STARTED,
    /** A run that an earlier node of this name began and left to this one. */
    RUN_ADOPTED,
    RUN_ENDED,
    DECISION,
    /** A flow's end or its counters, observed. */
    FLOW,
    /** Something was found in what passes a door: of which classes, and whether it was redacted. */
    CONTENT_FOUND,
    EXEC,
    NAME_LOOKUP,
    /** Something could not be observed or recorded in time; how much is in the sizes. */
    LOSS,
    FINDING,
    INCIDENT,
    STOP_ORDERED,
    RESUMED,
    RECEIPT,
    /** Somebody with a role read content, and why. */
    CONTENT_READ;

    /** The name in JSON: lower-case-dashed. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
