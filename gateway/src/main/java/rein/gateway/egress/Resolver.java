package rein.gateway.egress;

/** Looks a name up, once per decision and only after policy allowed it. */
@FunctionalInterface
public interface Resolver {
    /** Never throws for a name that does not exist: it has no addresses. */
    Resolution resolve(String name);
}
