package rein.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SshCommandTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    -N -R 4501:localhost:22 -p 443 root@203.0.113.10          | 203.0.113.10 | 443 | REVERSE
                    -fNR 4501:localhost:22 host.example                       | host.example |     | REVERSE
                    -NTR4501:localhost:22 host.example                        | host.example |     | REVERSE
                    host.example -R 4501:localhost:22                         | host.example |     | REVERSE
                    -R 1080 host.example                                      | host.example |     | REVERSE
                    -L 5432:db:5432 -D 1080 host.example                      | host.example |     | DYNAMIC LOCAL
                    -w 0:0 host.example                                       | host.example |     | DEVICE
                    -oRemoteForward=4501:localhost:22 host.example            | host.example |     | REVERSE
                    -o remoteforward=x -p2222 host.example                    | host.example | 2222| REVERSE
                    -o Tunnel=point-to-point host.example                     | host.example |     | DEVICE
                    -o Tunnel=no host.example                                 | host.example |     |
                    -o ForwardAgent=yes -A host.example                       | host.example |     |
                    -o ExitOnForwardFailure=yes host.example                  | host.example |     |
                    -x -oClearAllForwardings=yes -R 1:h:2 host scp -t .       | host         |     |
                    -V                                                        |              |     |
                    -V -R 1:h:2 host                                          | host         |     |
                    -G -R 1:h:2 host                                          | host         |     |
                    -i /keys/R -l L -F D host.example                         | host.example |     |
                    ssh://git@Forge.Example:2222/x                            | forge.example| 2222|
                    git@forge.example git-upload-pack 'a/b.git' -R 1:2:3      | forge.example|     |
                    -p 22 -- host.example -R 1:h:2                            | host.example | 22  |
                    -o HostName=real.example -o Port=29418 alias              | real.example | 29418 |
                    -p many host                                              | host         |     |
                    -R                                                        |              |     |
                    """)
    void readsWhatSshReads(String line, String host, Integer port, String forwards) {
        SshCommand ssh = SshCommand.parse(List.of(line.split("\\s+")));
        assertThat(ssh.host().orElse(null)).isEqualTo(host);
        assertThat(ssh.port().isPresent() ? (Integer) ssh.port().getAsInt() : null).isEqualTo(port);
        Set<String> expected =
                forwards == null ? Set.of() : Set.copyOf(List.of(forwards.split(" ")));
        assertThat(ssh.forwards().stream().map(Enum::name).collect(Collectors.toSet()))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "git@forge.example git-upload-pack 'a/b.git'",
                "-o SendEnv=GIT_PROTOCOL git@forge.example git-receive-pack 'a/b.git'",
                "-p 29418 forge.example git-lfs-authenticate a/b download"
            })
    void knowsGit(String line) {
        assertThat(SshCommand.parse(List.of(line.split(" "))).isGit()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"host git-upload-packer", "host sh -c git-upload-pack", "git-upload-pack"})
    void isNotFooledByAWord(String line) {
        assertThat(SshCommand.parse(List.of(line.split(" "))).isGit()).isFalse();
    }
}
