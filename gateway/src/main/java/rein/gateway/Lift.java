package rein.gateway;

import java.util.UUID;
import rein.vocabulary.Uuid7;

/** Whether a person could lift a denial, and how. */
public sealed interface Lift {
    /**
     * By {@code rein approve}.
     *
     * @param denial the record that names it: the first denial of this destination in this run
     */
    record By(UUID denial) implements Lift {
        /** What people type. */
        public String shortId() {
            return Uuid7.shortForm(denial);
        }
    }

    /**
     * By nobody.
     *
     * @param why a clause: "the run is stopped"
     */
    record Never(String why) implements Lift {}
}
