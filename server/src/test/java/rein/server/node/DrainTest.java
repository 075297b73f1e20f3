package rein.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import rein.server.http.ProblemException;

final class DrainTest {
    private final Drain drain = new Drain();

    @Test
    void whileItDrainsNoRunIsTaken() {
        drain.enter();
        drain.leave();
        assertThat(drain.begin()).isTrue();
        assertThat(drain.begin()).as("it drains already").isFalse();
        assertThatThrownBy(drain::enter)
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("rein drain --undo");
        assertThat(drain.undo()).isTrue();
        assertThat(drain.undo()).isFalse();
        drain.enter();
    }

    @Test
    void whatIsBeingPreparedIsWaitedFor() throws InterruptedException {
        drain.enter();
        assertThat(drain.begin()).isTrue();
        assertThat(drain.awaitQuiet(0)).isFalse();
        Thread preparing = Thread.ofVirtual().start(drain::leave);
        assertThat(drain.awaitQuiet(30_000)).isTrue();
        preparing.join();
    }
}
