package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sentence names the setting that forbids, and one command. */
class UserNamespacesTest {
    @TempDir Path settings;

    private UserNamespaces namespaces() {
        return new UserNamespaces(settings, Path.of("/opt/rein/apparmor-rein"));
    }

    private void set(String name, String value) throws IOException {
        Path file = settings.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, value + "\n");
    }

    @Test
    void whereNothingForbidsThereIsNothingToSay() throws IOException {
        assertThat(namespaces().forbiddenBy()).isEmpty();
        set("user/max_user_namespaces", "96364");
        set("kernel/unprivileged_userns_clone", "1");
        set("kernel/apparmor_restrict_unprivileged_userns", "0");
        assertThat(namespaces().forbiddenBy()).isEmpty();
    }

    @Test
    void eachSettingHasItsCommand() throws IOException {
        set("kernel/apparmor_restrict_unprivileged_userns", "1");
        assertThat(namespaces().forbiddenBy().orElseThrow())
                .contains("kernel.apparmor_restrict_unprivileged_userns is 1")
                .endsWith("sudo apparmor_parser -r -W /opt/rein/apparmor-rein");
        set("kernel/unprivileged_userns_clone", "0");
        assertThat(namespaces().forbiddenBy().orElseThrow())
                .endsWith("sudo sysctl -w kernel.unprivileged_userns_clone=1");
        set("user/max_user_namespaces", "0");
        assertThat(namespaces().forbiddenBy().orElseThrow())
                .endsWith("sudo sysctl -w user.max_user_namespaces=15000");
    }
}
