package rein.server;

import java.util.concurrent.atomic.AtomicBoolean;
import rein.registry.Persons;
import rein.registry.RegistryException;

/**
 * How many people it takes to grant what is above the ceiling. Two, unless the configuration says
 * one, or nobody but one person is registered: then there is no second to ask, and everything says
 * so. With the second person's first token or agent, two are needed. Safe for any thread.
 */
final class ApprovalPeople {
    private final int configured;
    private final Persons persons;

    /** What the registry last said; until it has said anything, there may be several. */
    private final AtomicBoolean single = new AtomicBoolean();

    /**
     * @param configured {@code approval-people}: 1 or 2
     */
    ApprovalPeople(int configured, Persons persons) {
        this.configured = configured;
        this.persons = persons;
    }

    int needed() {
        return configured < 2 || isSingleOperator() ? 1 : 2;
    }

    /** A registry that does not answer is asked again; meanwhile its last answer counts. */
    boolean isSingleOperator() {
        try {
            single.set(persons.isSingleOperator());
        } catch (RegistryException notNow) {
            return single.get();
        }
        return single.get();
    }

    /** What to say where one person alone is enough; empty where it is not. */
    String warning() {
        if (isSingleOperator()) {
            return "Single operator: nobody but one person is registered, so one person alone"
                    + " approves above the ceiling.";
        }
        return configured < 2
                ? "approval-people is 1: one person alone approves above the ceiling."
                : "";
    }
}
