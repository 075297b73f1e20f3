package rein.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names keep their addresses when one node gives them to the next. */
final class KnownNamesTest {
    @Test
    void eachNameKeepsItsAddressAndTheNextGetsAnother() {
        SyntheticNames before = new SyntheticNames();
        InetAddress api = before.addressOf("api.test");
        InetAddress git = before.addressOf("git.test");
        SyntheticNames after = new SyntheticNames(before.known());
        assertThat(after.nameOf(api)).contains("api.test");
        assertThat(after.addressOf("git.test")).isEqualTo(git);
        assertThat(after.addressOf("new.test")).isNotIn(api, git);
    }

    @Test
    void theNameUsedLongestAgoIsStillTheFirstToBeForgotten() {
        SyntheticNames before = new SyntheticNames();
        for (int i = 0; i < SyntheticNames.NAMES_MAX; i++) {
            before.addressOf("n" + i + ".test");
        }
        InetAddress first = before.addressOf("n0.test");
        SyntheticNames after = new SyntheticNames(before.known());
        after.addressOf("one-more.test");
        assertThat(after.nameOf(first)).contains("n0.test");
        assertThat(after.known().names()).noneMatch(name -> name.name().equals("n1.test"));
    }

    @Test
    void whatNoNodeCouldHaveSaidIsRefused() {
        assertThatThrownBy(() -> new KnownNames.Name("api.test", 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new KnownNames.Name("not a name", 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        new KnownNames(
                                1,
                                List.of(
                                        new KnownNames.Name("a.test", 1),
                                        new KnownNames.Name("b.test", 1))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new KnownNames(70_000, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
