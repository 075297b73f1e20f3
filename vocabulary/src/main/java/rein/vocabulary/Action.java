package rein.vocabulary;

/**
 * What a principal asks to do; the id of a Cedar {@code Action} entity.
 *
 * @param id for example {@code network:connect}; at most 64 characters
 */
public record Action(String id) {
    public static final Action NETWORK_CONNECT = new Action("network:connect");
    public static final Action PROCESS_EXEC = new Action("process:exec");

    /** What one person alone may let an agent connect to: the ceiling. */
    public static final Action NETWORK_GRANT = new Action("network:grant");

    /** A person has a part in granting an agent something that it was denied. */
    public static final Action POLICY_GRANT = new Action("policy:grant");

    public static final Action AGENT_USE = new Action("agent:use");
    public static final Action POLICY_READ = new Action("policy:read");
    public static final Action POLICY_WRITE = new Action("policy:write");
    public static final Action REGISTRY_WRITE = new Action("registry:write");
    public static final Action REGISTRY_READ = new Action("registry:read");
    public static final Action AUDIT_READ = new Action("audit:read");
    public static final Action CONTENT_READ = new Action("content:read");
    public static final Action DRILL_RUN = new Action("drill:run");
    public static final Action STOP_ORDER = new Action("stop:order");
    public static final Action STOP_RESUME = new Action("stop:resume");

    public Action {
        if (id.isEmpty() || id.length() > 64) {
            throw new IllegalArgumentException("not an action id: '" + id + "'");
        }
    }

    public EntityUid uid() {
        return new EntityUid("Action", id);
    }
}
