package rein.server.profile;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The profiles that there are: a person's own, this installation's, those that come with Rein. */
public final class ClientProfiles {
    private static final List<String> SHIPPED = List.of("codex", "opencode", "qwen-code");
    private static final String ENDING = ".properties";
    private static final int FILE_BYTES_MAX = 64 * 1024;
    private static final int FILES_MAX = 256;

    private final List<Path> folders;

    /**
     * Profiles of these folders come before those that are shipped.
     *
     * @param folders the first one that knows a command wins; they need not exist
     */
    public ClientProfiles(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /**
     * The profile of a command.
     *
     * @param command its file name
     * @throws IllegalArgumentException with a sentence, when a file of a person's own is wrong
     */
    public Optional<ClientProfile> of(String command) {
        for (Path folder : folders) {
            for (Path file : files(folder)) {
                ClientProfile profile = own(file);
                if (profile.commands().contains(command)) {
                    return Optional.of(profile);
                }
            }
        }
        return SHIPPED.stream()
                .map(ClientProfiles::shipped)
                .filter(profile -> profile.commands().contains(command))
                .findFirst();
    }

    private static List<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(each -> each.toString().endsWith(ENDING))
                    .sorted()
                    .limit(FILES_MAX)
                    .toList();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "The folder of profiles " + folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static ClientProfile own(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(FILE_BYTES_MAX), StandardCharsets.UTF_8);
            return ClientProfile.read(name(file.getFileName().toString()), new StringReader(text));
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "The client profile " + file + " cannot be used: " + e.getMessage() + ".", e);
        }
    }

    private static String name(String file) {
        return file.substring(0, file.length() - ENDING.length());
    }

    private static ClientProfile shipped(String name) {
        try (InputStream in = ClientProfiles.class.getResourceAsStream(name + ENDING)) {
            if (in == null) {
                throw new IllegalStateException(name + ENDING + " is not in the jar");
            }
            try (Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
                return ClientProfile.read(name, reader);
            }
        } catch (IOException e) {
            throw new IllegalStateException(name + ENDING + " cannot be read", e);
        }
    }
}
