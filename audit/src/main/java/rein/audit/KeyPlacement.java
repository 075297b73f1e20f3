package rein.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the key that unlocks all content lies.
 *
 * @param outside whether it is outside the data folder, so that a copy of the folder reveals
 *     nothing
 */
public record KeyPlacement(Path keyFile, boolean outside) {
    static KeyPlacement of(Path keyFile, Path dataFolder) throws IOException {
        Path data = dataFolder.toAbsolutePath().normalize();
        if (Files.exists(data)) {
            data = data.toRealPath();
        }
        return new KeyPlacement(keyFile, !keyFile.toRealPath().startsWith(data));
    }

    public String sentence() {
        return outside
                ? "The key to the content lies outside the data folder."
                : "The key to the content lies inside the data folder: whoever copies the folder"
                        + " can read the content. Move "
                        + keyFile
                        + " elsewhere and set its path.";
    }
}
