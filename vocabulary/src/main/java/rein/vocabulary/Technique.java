package rein.vocabulary;

/**
 * An id of a published catalogue, always with the catalogue's version: ids are renumbered between
 * versions.
 *
 * @param framework ATT&CK, ATLAS or OWASP-ASI
 */
public record Technique(String framework, String version, String id) {
    public static Technique attack(String id) {
        return new Technique("ATT&CK", "19.1", id);
    }

    public static Technique atlas(String id) {
        return new Technique("ATLAS", "5.6.1", id);
    }

    public static Technique asi(String id) {
        return new Technique("OWASP-ASI", "2026", id);
    }

    @Override
    public String toString() {
        return framework + " " + version + " " + id;
    }
}
