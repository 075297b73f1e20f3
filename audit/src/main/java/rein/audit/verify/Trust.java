package rein.audit.verify;

import java.util.Optional;

/**
 * What the one who checks brings along.
 *
 * @param checkpoint a signed checkpoint that was kept outside the log's folder
 * @param verifierKey the log's verifier key ({@code name+id+key}), likewise
 * @param whence where they come from, for the report: {@code the file /media/usb/checkpoint}
 */
public record Trust(Optional<String> checkpoint, Optional<String> verifierKey, String whence) {
    public static Trust nothing() {
        return new Trust(Optional.empty(), Optional.empty(), "");
    }

    public static Trust key(String verifierKey, String whence) {
        return new Trust(Optional.empty(), Optional.of(verifierKey), whence);
    }

    public static Trust checkpoint(String note, String whence) {
        return new Trust(Optional.of(note), Optional.empty(), whence);
    }

    public static Trust checkpointAndKey(String note, String verifierKey, String whence) {
        return new Trust(Optional.of(note), Optional.of(verifierKey), whence);
    }
}
