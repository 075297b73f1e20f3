package rein.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How the node's room for connections is shared out. */
final class RoomTest {
    /** Each in turn takes one more until none gets any; what each holds then. */
    private static List<Integer> greedy(Room room, int runs) {
        List<Integer> held = new ArrayList<>(java.util.Collections.nCopies(runs, 0));
        boolean more = true;
        while (more) {
            more = false;
            for (int i = 0; i < runs; i++) {
                if (room.enter(held.get(i))) {
                    held.set(i, held.get(i) + 1);
                    more = true;
                }
            }
        }
        return held;
    }

    @Test
    void eightRunsHaveAllThatARunMayHave() {
        Room room = new Room(Limits.CONNECTIONS_PER_NODE_MAX);
        assertThat(greedy(room, 8)).containsOnly(Limits.CONNECTIONS_PER_RUN_MAX);
    }

    @Test
    void sixteenRunsCannotTakeAllAndTheNextFindsItsShare() {
        Room room = new Room(Limits.CONNECTIONS_PER_NODE_MAX);
        assertThat(greedy(room, 16)).allMatch(held -> held >= 170 && held <= 171);
        assertThat(room.share()).isGreaterThanOrEqualTo(170);
        assertThat(greedy(room, 1).getFirst()).isGreaterThan(100);
    }

    @Test
    void aHundredGreedyRunsLeaveRoomForOneMore() {
        Room room = new Room(Limits.CONNECTIONS_PER_NODE_MAX);
        assertThat(greedy(room, 100)).allMatch(held -> held >= 37 && held <= 39);
        assertThat(room.enter(0)).isTrue();
    }

    @Test
    void allOfItIsNeverMoreThanThereIs() {
        Room room = new Room(100);
        List<Integer> held = greedy(room, 1_000);
        assertThat(held.stream().mapToInt(Integer::intValue).sum()).isEqualTo(100);
        assertThat(room.enter(0)).isFalse();
        assertThat(room.share()).isZero();
        room.leave();
        assertThat(room.enter(0)).isTrue();
    }
}
