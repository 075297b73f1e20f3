package rein.sandbox;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Why this machine does not let an ordinary user make a user namespace, which everything that
 * contains a run without root begins with.
 */
public final class UserNamespaces {
    private final Path settings;
    private final Path profile;

    /**
     * @param settings {@code /proc/sys}
     * @param profile the AppArmor profile that comes with Rein
     */
    public UserNamespaces(Path settings, Path profile) {
        this.settings = settings;
        this.profile = profile;
    }

    /** The setting that forbids it, and the one command that changes it; empty when none does. */
    public Optional<String> forbiddenBy() {
        if (is("user/max_user_namespaces", "0")) {
            return Optional.of(
                    "user.max_user_namespaces is 0. Allow them: sudo sysctl -w "
                            + "user.max_user_namespaces=15000");
        }
        if (is("kernel/unprivileged_userns_clone", "0")) {
            return Optional.of(
                    "kernel.unprivileged_userns_clone is 0. Allow them: sudo sysctl -w "
                            + "kernel.unprivileged_userns_clone=1");
        }
        if (is("kernel/apparmor_restrict_unprivileged_userns", "1")) {
            return Optional.of(
                    "kernel.apparmor_restrict_unprivileged_userns is 1, and no AppArmor profile "
                            + "permits them to unshare and bwrap. Load the one that comes with Rein:"
                            + " sudo apparmor_parser -r -W "
                            + profile);
        }
        return Optional.empty();
    }

    private boolean is(String setting, String value) {
        return KernelFile.read(settings.resolve(setting))
                .filter(text -> text.strip().equals(value))
                .isPresent();
    }
}
