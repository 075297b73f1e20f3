package rein.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatabaseAddressTest {
    @TempDir Path folder;

    @Test
    void itsTextHoldsNoPassword() {
        DatabaseAddress address =
                DatabaseAddress.external("jdbc:postgresql://db.example/rein", "rein", "hunter2");
        assertThat(address.toString()).contains("db.example").doesNotContain("hunter2");
        assertThatThrownBy(() ->
                        DatabaseAddress.external(
                                "jdbc:postgresql://db.example/rein?password=hunter2", "rein", ""))
                .hasMessageContaining("on their own")
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> DatabaseAddress.external("jdbc:h2:mem:", "rein", ""))
                .hasMessageContaining("jdbc:postgresql:");
    }

    @Test
    void nobodyThereIsSaidInOneSentence() {
        DatabaseAddress address =
                DatabaseAddress.unixSocket(folder.resolve("absent"), "rein", "hunter2");
        assertThatThrownBy(() -> Database.open(address, List.of()).close())
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("does not answer")
                .hasMessageNotContaining("hunter2")
                .hasMessageNotContaining("\n")
                .extracting(e -> ((RegistryException) e).code())
                .isEqualTo(RegistryException.Code.UNAVAILABLE);
    }
}
