package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import rein.vocabulary.Ticker;

class LinuxTest {
    private final Linux linux = Linux.host();

    @Test
    void anErrorNumberComesBackWithASentence() {
        assertThatThrownBy(() -> linux.open("/nonexistent/file", Linux.O_RDONLY))
                .isInstanceOfSatisfying(
                        SandboxException.class,
                        e -> {
                            assertThat(e.errno()).isEqualTo(2);
                            assertThat(e.code()).isEqualTo(SandboxException.Code.SYSTEM_CALL);
                        })
                .hasMessageContaining("/nonexistent/file")
                .hasMessageContaining("no such file");
    }

    @Test
    void pollTellsWhichDescriptorIsReady() {
        int first = linux.eventfd();
        int second = linux.eventfd();
        short[] events = {Linux.POLLIN, Linux.POLLIN};
        assertThat(linux.poll(new int[] {first, second}, events, 0)).containsExactly(false, false);
        linux.wake(second);
        assertThat(linux.poll(new int[] {first, second}, events, 1000))
                .containsExactly(false, true);
        assertThat(linux.read(second, new byte[8])).isEqualTo(8);
        assertThat(linux.read(second, new byte[8])).as("drained").isZero();
        linux.close(first);
        linux.close(second);
    }

    @Test
    void theBootTickerDoesNotGoBack() {
        Ticker ticker = linux.bootTicker();
        long before = ticker.nanos();
        assertThat(before).isPositive();
        assertThat(ticker.nanos()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void aPidfdBecomesReadableWhenTheProcessEnds() throws Exception {
        Process process = new ProcessBuilder("sleep", "600").start();
        int pidfd = linux.pidfdOpen(process.pid());
        int[] fds = {pidfd};
        short[] events = {Linux.POLLIN};
        assertThat(linux.poll(fds, events, 0)).containsExactly(false);
        process.destroyForcibly();
        assertThat(linux.poll(fds, events, 10_000)).containsExactly(true);
        linux.close(pidfd);
    }

    @Test
    void theArchitectureIsKnownByItsNames() {
        assertThat(Architecture.named("amd64")).isEqualTo(Architecture.X86_64);
        assertThat(Architecture.named("aarch64")).isEqualTo(Architecture.AARCH64);
        assertThatThrownBy(() -> Architecture.named("riscv64")).hasMessageContaining("riscv64");
    }
}
