package rein.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.server.content.Treatment;

final class ConfigurationTest {
    @TempDir Path folder;

    private Configuration load(Map<String, String> environment, Map<String, String> flags) {
        return Configuration.load(
                folder,
                Optional.empty(),
                name -> Optional.ofNullable(environment.get(name)),
                new TreeMap<>(flags));
    }

    private void file(String text) throws IOException {
        Files.writeString(folder.resolve("rein.yaml"), text);
    }

    @Test
    void defaults() {
        Configuration configuration = load(Map.of(), Map.of());
        assertThat(configuration.managementAddress()).isEqualTo("127.0.0.1");
        assertThat(configuration.managementPort()).isEqualTo(7400);
        assertThat(configuration.databaseUrl()).isEmpty();
        assertThat(configuration.durability()).isEqualTo("process-crash");
        assertThat(configuration.runCpuPercent()).isEqualTo(200);
        assertThat(configuration.runMemoryBytes()).isEqualTo(4L << 30);
        assertThat(configuration.runProcessesMax()).isEqualTo(1024);
        assertThat(configuration.approvalPeople()).isEqualTo(2);
        assertThat(configuration.inspectSecrets()).isEqualTo(Treatment.NOTE);
        assertThat(configuration.inspectPersonal()).isEqualTo(Treatment.NOTE);
        assertThat(configuration.contentKeyFile()).doesNotHaveToString("").isAbsolute();
        assertThat(configuration.contentKeyFile().startsWith(folder)).isFalse();
    }

    @Test
    void theDocumentedFileIsAccepted() throws IOException {
        file(Files.readString(Path.of("../docs/reference/rein.yaml")));
        assertThat(load(Map.of(), Map.of())).isEqualTo(withoutFile());
    }

    @Test
    void everyKeyIsDocumented() throws IOException {
        String documented = Files.readString(Path.of("../docs/reference/rein.yaml"));
        for (Configuration.Key key : Configuration.Key.values()) {
            assertThat(documented).contains(key.label() + ":");
        }
    }

    private Configuration withoutFile() throws IOException {
        Files.delete(folder.resolve("rein.yaml"));
        return load(Map.of(), Map.of());
    }

    @Test
    void flagsWinOverTheEnvironmentAndThatOverTheFile() throws IOException {
        file("version: 1\nmanagement-port: 1\n");
        assertThat(load(Map.of(), Map.of()).managementPort()).isEqualTo(1);
        assertThat(load(Map.of("REIN_MANAGEMENT_PORT", "2"), Map.of()).managementPort())
                .isEqualTo(2);
        assertThat(
                        load(Map.of("REIN_MANAGEMENT_PORT", "2"), Map.of("management-port", "3"))
                                .managementPort())
                .isEqualTo(3);
    }

    @Test
    void badInputIsOneClearSentence() throws IOException {
        file("version: 1\nmanagment-port: 7400\n");
        assertThatThrownBy(() -> load(Map.of(), Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("unknown key 'managment-port'")
                .hasMessageContaining("management-port");
        file("management-port: 7400\n");
        assertThatThrownBy(() -> load(Map.of(), Map.of())).hasMessageContaining("version: 1");
        file("version: 1\nmanagement-port: many\n");
        assertThatThrownBy(() -> load(Map.of(), Map.of())).hasMessageContaining("whole number");
        file("{");
        assertThatThrownBy(() -> load(Map.of(), Map.of())).hasMessageContaining("is not YAML");
        file("version: 1\ninspect-secrets: yes please\n");
        assertThatThrownBy(() -> load(Map.of(), Map.of()))
                .hasMessageContaining("inspect-secrets: it is one of off, note, redact");
        file("version: 1\napproval-people: 3\n");
        assertThatThrownBy(() -> load(Map.of(), Map.of()))
                .hasMessageContaining("approval-people is 1 or 2");
        file("version: 1\ndurability: sometimes\n");
        assertThatThrownBy(() -> load(Map.of(), Map.of()))
                .hasMessageContaining("process-crash or power-loss");
    }

    @Test
    void proxiesAreReadFromWhatEverybodyReadsAndOursWins() throws IOException {
        file("version: 1\nhttps-proxy: http://file.example:1\nno-proxy: file.example\n");
        assertThat(load(Map.of(), Map.of()).proxies().tunnels())
                .hasToString(shown("file.example:1"));
        Map<String, String> everybodys =
                Map.of(
                        "HTTPS_PROXY", "http://upper.example:2",
                        "https_proxy", "http://lower.example:3",
                        "HTTP_PROXY", "clear.example:4",
                        "NO_PROXY", "10.0.0.0/8,.internal");
        Configuration configuration = load(everybodys, Map.of());
        assertThat(configuration.proxies().tunnels()).hasToString(shown("lower.example:3"));
        assertThat(configuration.proxies().clear()).hasToString(shown("clear.example:4"));
        assertThat(configuration.proxies().except()).hasToString("10.0.0.0/8,.internal");
        Map<String, String> ours =
                Map.of(
                        "HTTPS_PROXY",
                        "http://a.example:2",
                        "REIN_HTTPS_PROXY",
                        "http://b.example:5");
        assertThat(load(ours, Map.of()).proxies().tunnels()).hasToString(shown("b.example:5"));
        assertThat(load(ours, Map.of("https-proxy", "c.example:6")).proxies().tunnels())
                .hasToString(shown("c.example:6"));
    }

    private static String shown(String proxy) {
        return Optional.of(proxy).toString();
    }

    @Test
    void aProxysPasswordIsShownNowhere() {
        String url = "http://alice:wonderland@proxy.example:3128";
        assertThat(load(Map.of("HTTPS_PROXY", url), Map.of()).toString())
                .contains("proxy.example:3128")
                .doesNotContain("wonderland");
        assertThatThrownBy(() -> load(Map.of("HTTPS_PROXY", "socks5" + url.substring(4)), Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("https-proxy: ")
                .message()
                .doesNotContain("wonderland");
    }
}
