package rein.server.api;

import java.util.List;

/**
 * What this machine can and cannot enforce, by really trying.
 *
 * @param level the strongest level that held
 * @param notes what is weaker than it could be, each a sentence
 */
public record DoctorView(String level, List<Try> tries, List<String> notes) {
    /** One thing tried in a genuine sandbox. */
    public record Try(String name, boolean held, String happened) {}
}
