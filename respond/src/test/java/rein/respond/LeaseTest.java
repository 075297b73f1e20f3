package rein.respond;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import rein.respond.Lease.State;
import rein.testkit.SimulatedTime;

class LeaseTest {
    private static final UUID RUN = new UUID(0, 1);
    private final SimulatedTime time = new SimulatedTime();
    private final List<String> acts = new ArrayList<>();
    private boolean broken;
    private final LeaseKeeper keeper =
            new LeaseKeeper(
                    time,
                    Runnable::run,
                    new LeaseActs() {
                        @Override
                        public void lapsed(UUID run) {
                            act("freeze");
                        }

                        @Override
                        public void restored(UUID run) {
                            act("thaw");
                        }

                        @Override
                        public void expired(UUID run) {
                            act("kill");
                        }
                    });

    private void act(String what) {
        acts.add(what);
        if (broken) {
            throw new IllegalStateException("broken by the test");
        }
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    private void pass(Duration by) {
        time.advance(by);
        keeper.tick();
    }

    @Test
    void countsFromWhenTheRenewalWasSent() {
        Lease lease = Lease.granted(seconds(100), Lease.UNATTENDED);
        assertThat(lease.at(seconds(114))).isEqualTo(State.VALID);
        assertThat(lease.at(seconds(115))).isEqualTo(State.LAPSED);
        // Sent at 105, answered at 119: good until 120, not until 134.
        Lease renewed = lease.renewed(seconds(105), Lease.UNATTENDED, seconds(114));
        assertThat(renewed.at(seconds(119))).isEqualTo(State.VALID);
        assertThat(renewed.at(seconds(120))).isEqualTo(State.LAPSED);
    }

    @Test
    void anOldOrAStaleAnswerChangesNothing() {
        Lease lease = Lease.granted(seconds(100), Lease.UNATTENDED);
        assertThat(lease.renewed(seconds(95), Duration.ofHours(1), seconds(101))).isEqualTo(lease);
        assertThat(lease.renewed(seconds(110), Lease.UNATTENDED, seconds(126)).at(seconds(126)))
                .isEqualTo(State.LAPSED);
    }

    @Test
    void isDueAThirdOfTheWayAndAtLeastEveryFewMinutes() {
        Lease unattended = Lease.granted(0, Lease.UNATTENDED);
        assertThat(unattended.isDue(seconds(4))).isFalse();
        assertThat(unattended.isDue(seconds(5))).isTrue();
        Lease personal = Lease.granted(0, Lease.PERSONAL);
        assertThat(personal.isDue(seconds(299))).isFalse();
        assertThat(personal.isDue(seconds(300))).isTrue();
    }

    @Test
    void aLeaseOfNothingIsRefused() {
        assertThatThrownBy(() -> Lease.granted(0, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void freezesThenKills() {
        keeper.granted(RUN, time.nanos(), Lease.UNATTENDED);
        pass(Duration.ofSeconds(14));
        assertThat(keeper.valid(RUN)).isTrue();
        assertThat(keeper.due()).containsExactly(RUN);
        time.advance(Duration.ofSeconds(1));
        assertThat(keeper.valid(RUN)).isFalse(); // Denied before anybody ticks.
        keeper.tick();
        keeper.tick();
        assertThat(acts).containsExactly("freeze");
        pass(Lease.GRACE.minusSeconds(1));
        assertThat(acts).containsExactly("freeze");
        pass(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1));
        assertThat(acts).containsExactly("freeze", "kill");
    }

    @Test
    void aRenewalInTheGraceThaws() {
        keeper.granted(RUN, time.nanos(), Lease.UNATTENDED);
        pass(Duration.ofSeconds(60));
        keeper.renewed(RUN, time.nanos(), Lease.UNATTENDED);
        assertThat(acts).containsExactly("freeze", "thaw");
        assertThat(keeper.valid(RUN)).isTrue();
    }

    @Test
    void nothingRevivesAnExpiredRun() {
        keeper.granted(RUN, time.nanos(), Lease.UNATTENDED);
        pass(Duration.ofSeconds(15));
        pass(Lease.GRACE);
        keeper.renewed(RUN, time.nanos(), Lease.PERSONAL);
        assertThat(acts).containsExactly("freeze", "kill");
        assertThat(keeper.valid(RUN)).isFalse();
        assertThat(keeper.due()).isEmpty();
    }

    @Test
    void aLaptopThatSleptAllNightFindsItsSessionFrozenAndRenewsIt() {
        keeper.granted(RUN, time.nanos(), Lease.PERSONAL);
        pass(Duration.ofHours(12));
        assertThat(acts).containsExactly("freeze");
        keeper.renewed(RUN, time.nanos(), Lease.PERSONAL);
        assertThat(acts).containsExactly("freeze", "thaw");
    }

    @Test
    void aFreezeThatThrowsIsTriedAgain() {
        keeper.granted(RUN, time.nanos(), Lease.UNATTENDED);
        broken = true;
        pass(Duration.ofSeconds(15));
        broken = false;
        pass(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1));
        assertThat(acts).containsExactly("freeze", "freeze");
        assertThat(keeper.failed()).isEqualTo(1);
    }

    @Test
    void aRunWithoutALeaseMayDoNothing() {
        assertThat(keeper.valid(RUN)).isFalse();
        keeper.renewed(RUN, time.nanos(), Lease.PERSONAL);
        assertThat(keeper.valid(RUN)).isFalse();
        keeper.granted(RUN, time.nanos(), Lease.PERSONAL);
        keeper.ended(RUN);
        assertThat(keeper.valid(RUN)).isFalse();
    }
}
