package rein.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import rein.vocabulary.Severity;

/** Rules on what was executed. */
class CommandRulesTest {
    private final Session session = new Session();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    /usr/bin/ssh -N -R 1:h:2 host           | tunnel-command      | HIGH
                    /usr/bin/ssh -N -L 1:h:2 host           | tunnel-command      | MEDIUM
                    /usr/local/bin/cloudflared tunnel run   | tunnel-command      | MEDIUM
                    /usr/bin/npx localtunnel --port 80      | tunnel-command      | MEDIUM
                    /project/xmrig -o pool.example:3333        | miner-command       | MEDIUM
                    /project/x --algo=rx/0 --donate-level 1    | miner-command       | MEDIUM
                    /project/x -o stratum+tcp://pool:3333      | miner-command       | MEDIUM
                    /project/x --url=stratum+ssl://pool:443    | miner-command       | MEDIUM
                    /usr/bin/pkill -f rein                  | oversight-blinding  | LOW
                    /usr/bin/systemctl stop rein.service    | oversight-blinding  | LOW
                    /usr/bin/env -u HTTPS_PROXY curl x      | oversight-blinding  | LOW
                    /usr/sbin/nft flush ruleset             | oversight-blinding  | LOW
                    /usr/bin/crontab /project/tab              | persistence-command | LOW
                    /usr/bin/systemctl --user enable x      | persistence-command | LOW
                    """)
    void telling(String line, String rule, Severity severity) {
        run(line);
        assertThat(session.rules()).containsExactly(rule);
        assertThat(session.worst()).isEqualTo(severity);
        assertThat(session.suspending()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/bin/ssh -V",
                "/usr/bin/cloudflared --version",
                "/usr/bin/ngrok help",
                "/usr/bin/curl -L -R -o f https://registry.example:8443/a",
                "/usr/bin/grep -R -L 80:80:80",
                "/usr/bin/docker run -p 127.0.0.1:80:80 x",
                "/usr/bin/rsync -aR a b",
                "/usr/bin/grep -r stratum+tcp:// .",
                "/usr/bin/rg --coin --rig-id stratum+tcp://x",
                "/usr/bin/pkill -f node",
                "/usr/bin/kill -9 4711",
                "/usr/bin/pkill -f reindex",
                "/usr/bin/systemctl status rein",
                "/usr/bin/crontab -l",
                "/usr/bin/git log --grep=rein",
                "/usr/bin/bash -c npm test",
            })
    void harmless(String line) {
        run(line);
        assertThat(session.rules()).isEmpty();
    }

    @Test
    void shellsAreReadWhereTheyGetAScript() {
        session.exec("/bin/sh", "-c", "history -c; unset HISTFILE");
        session.exec("/bin/bash", "-c", "unset https_proxy && curl https://x.example");
        assertThat(session.rules()).contains("oversight-blinding");
    }

    @ParameterizedTest
    @CsvSource({
        "/tmp/x, LOW",
        "/dev/shm/x, LOW",
        "/dev/fd/3, LOW",
        "/project/app/a.out, INFORMATIONAL"
    })
    void aWritablePathIsAtMostLow(String file, Severity severity) {
        session.execWritable(file);
        assertThat(session.rules()).containsExactly("exec-from-writable-path");
        assertThat(session.worst()).isEqualTo(severity);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/project/node_modules/.bin/tsc",
                "/project/target/debug/app",
                "/project/.venv/bin/python",
                "/tmp/go-build12/b001/exe/main",
                "/tmp/rustcAb1/x",
                "/project/mvnw",
                "/project/gradlew",
                "/project/scripts/test.sh",
                "/project/configure",
                "/project/build/tests/unit"
            })
    void whatBuildToolsMakeIsARecordOnly(String file) {
        session.execWritable(file);
        assertThat(session.rules()).isEmpty();
    }

    @Test
    void oneFindingPerFolder() {
        for (int i = 0; i < 50; i++) {
            session.execWritable("/tmp/x" + i);
        }
        assertThat(session.rules()).containsExactly("exec-from-writable-path");
    }

    @Test
    void aRenamedCopyOfANetworkToolIsMedium() {
        session.exec("/bin/cp", "-p", "/usr/bin/nc", "/project/updater");
        session.execWritable("/project/updater", "203.0.113.10", "443");
        assertThat(session.rules()).contains("copied-network-tool");
        assertThat(session.sentences()).contains("Copied nc and ran the copy as /project/updater.");
    }

    @Test
    void aCopyIntoAFolderKeepsItsName() {
        session.exec("/bin/cp", "/usr/bin/ssh", "/tmp");
        session.execWritable("/tmp/ssh", "-V");
        assertThat(session.rules()).contains("copied-network-tool");
        assertThat(session.worst()).isEqualTo(Severity.MEDIUM);
    }

    @Test
    void copyingOtherFilesIsNothing() {
        session.exec("/bin/cp", "/project/README.md", "/project/docs/README.md");
        session.exec("/usr/bin/install", "-m", "755", "/project/app", "/project/dist/app");
        session.execWritable("/project/dist/app");
        assertThat(session.rules()).isEmpty();
    }

    @Test
    void aProgramThatStartsACopyOfItselfIsFound() {
        session.exec("/bin/sh", "/project/agent.sh");
        session.exec("/bin/cp", "/project/agent.sh", "/project/.cache/kworker");
        session.exec("/usr/bin/setsid", "/project/.cache/kworker");
        assertThat(session.rules()).contains("self-copy");
        assertThat(session.found.getFirst().finding().evidence()).hasSize(3);
        assertThat(session.suspending()).isEmpty();
    }

    @Test
    void installingUnderTheSameNameIsNoSelfCopy() {
        session.execWritable("/project/target/app");
        session.exec("/bin/cp", "/project/target/app", "/project/dist/app");
        session.execWritable("/project/dist/app");
        assertThat(session.rules()).isEmpty();
    }

    @Test
    void aToolThatTheDoorRefusedSuspendsInEitherOrder() {
        session.exec("/opt/chisel", "client", "https://far.example:443", "R:1:h:2");
        session.seconds(2).to("far.example", 443, "tls").denied();
        assertThat(session.suspending()).containsExactly("tunnel-tool-attempt");

        Session reversed = new Session();
        reversed.to("far.example", 443, "tls").denied().seconds(2);
        reversed.exec("/opt/chisel", "client", "https://far.example:443", "R:1:h:2");
        assertThat(reversed.suspending()).containsExactly("tunnel-tool-attempt");
    }

    @Test
    void aToolBesideAnUnrelatedDenialDoesNotSuspend() {
        session.exec("/opt/chisel", "client", "https://far.example:443", "R:1:h:2");
        session.to("telemetry.example", 443, "tls").denied();
        session.to("ar.example", 443, "tls").denied();
        assertThat(session.suspending()).isEmpty();
    }

    @Test
    void anExecWithoutArgumentsIsRead() {
        session.show(session.exec(false, "").content("argv", "").content("file", ""));
        assertThat(session.rules()).isEmpty();
        assertThat(session.detection.counts().failed()).isZero();
    }

    private void run(String line) {
        String[] words = line.strip().split("\\s+");
        session.exec(words[0], List.of(words).subList(1, words.length).toArray(new String[0]));
    }
}
