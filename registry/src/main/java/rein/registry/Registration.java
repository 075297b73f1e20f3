package rein.registry;

import rein.vocabulary.Agent;

/** What came of registering an agent. */
public sealed interface Registration {
    /** It was not there; it is now, proposed. */
    record Created(Agent agent) implements Registration {}

    /** It was there already, with the same owner. */
    record Existing(Agent agent) implements Registration {}

    /** The name belongs to another owner's agent: choose another name. */
    record Taken(Agent agent) implements Registration {}
}
