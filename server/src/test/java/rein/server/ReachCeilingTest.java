package rein.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rein.policy.CedarDecisionPoint;
import rein.policy.Packs;
import rein.server.http.ProblemException;
import rein.server.node.Reach;
import rein.testkit.Samples;
import rein.vocabulary.PolicyText;

/** What --reach grants, held to the ceiling that comes with the product. */
final class ReachCeilingTest {
    private static final String ALONE = "One person alone approves.";

    @TempDir Path folder;

    private List<String> notes(int people, List<PolicyText> policies, String... reach)
            throws IOException {
        SigningKey key = SigningKey.at(folder.resolve("key"), new SecureRandom());
        SnapshotStore snapshots =
                new SnapshotStore(
                        folder.resolve("snapshot"),
                        Samples.TENANT,
                        key::sign,
                        key.open(),
                        List::of);
        snapshots.put(policies);
        Ceiling ceiling = new Ceiling(new CedarDecisionPoint(), snapshots);
        return new ReachCeiling(ceiling, () -> people, () -> ALONE, _ -> Set.of())
                .notes(Reach.parse(List.of(reach)), Samples.run("coder", 1), "coding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"api.example:443", "api.example:80/http", "git.example:22/ssh"})
    void whatOnePersonMayGrantTheyGrantHereToo(String reach) throws IOException {
        assertThat(notes(2, Packs.all(), reach)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"db.example:3306/mysql", "10.0.0.5:8443", "git.example:2222/ssh"})
    void whatTakesTwoThereIsNotHadFromOneHere(String reach) throws IOException {
        assertThatThrownBy(() -> notes(2, Packs.all(), "api.example:443", reach))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("takes two people")
                .hasMessageContaining("rein approve")
                .hasMessageContaining(reach.split("/", -1)[0]);
        assertThat(notes(1, Packs.all(), "api.example:443", reach))
                .singleElement()
                .asString()
                .contains("above the ceiling", ALONE);
    }

    @Test
    void withoutACeilingEverythingIsAboveIt() {
        assertThatThrownBy(() -> notes(2, List.of(), "api.example:443"))
                .isInstanceOf(ProblemException.class);
    }
}
