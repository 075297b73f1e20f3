package rein.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import rein.gateway.RunGrants;
import rein.gateway.RunLedger;
import rein.gateway.WaitingPlace;
import rein.gateway.Wanted;
import rein.vocabulary.Consent;
import rein.vocabulary.Decision;
import rein.vocabulary.Draft;
import rein.vocabulary.Entry;
import rein.vocabulary.Kind;
import rein.vocabulary.PolicyText;

/** A request that waits for people, at the door. */
final class HoldingTest {
    private static final UUID ANSWER = new UUID(9, 9);
    private static final String ASK = "GET / HTTP/1.1\r\nHost: docs.example\r\n\r\n";

    /** People who answer what the test says, in its order. */
    private static final class People implements RunGrants {
        private final LinkedBlockingQueue<WaitingPlace.Answer> answers =
                new LinkedBlockingQueue<>();
        private final LinkedBlockingQueue<WaitingPlace.Question> asked =
                new LinkedBlockingQueue<>();
        private final AtomicInteger places = new AtomicInteger(1);

        @Override
        public Optional<WaitingPlace> waitingPlace() {
            return places.getAndUpdate(left -> Math.max(0, left - 1)) > 0
                    ? Optional.of(new Place())
                    : Optional.empty();
        }

        private final class Place implements WaitingPlace {
            @Override
            public Answer await(Question question, BooleanSupplier over) {
                asked.add(question);
                try {
                    while (!over.getAsBoolean()) {
                        Answer answer = answers.poll(20, TimeUnit.MILLISECONDS);
                        if (answer != null) {
                            return answer;
                        }
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return new Answer.Over();
            }

            @Override
            public void close() {
                places.incrementAndGet();
            }
        }

        @Override
        public List<PolicyText> permits() {
            return List.of();
        }

        @Override
        public Use take(Decision allowed) {
            return new Use.Lasting();
        }

        @Override
        public void giveBack(Use.Taken taken) {
            throw new IllegalStateException("nothing was granted: " + taken);
        }

        @Override
        public void used(Use.Taken taken, UUID decision) {
            throw new IllegalStateException("nothing was granted: " + taken);
        }

        @Override
        public boolean stands(Use.Taken taken) {
            return false;
        }

        @Override
        public Optional<UUID> denial(Wanted wanted) {
            return Optional.empty();
        }

        @Override
        public UUID denied(Wanted wanted, UUID record) {
            return record;
        }
    }

    private final People people = new People();
    private final Lab lab;

    HoldingTest() throws IOException {
        lab = new Lab(people);
        lab.host("docs.example");
        lab.asking.add("docs.example/http");
    }

    @AfterEach
    void close() {
        lab.close();
    }

    private static Upstream web() throws IOException {
        return Upstream.talking(peer -> {
            while (!peer.readUntil("\r\n\r\n").endsWith("<end>")) {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        });
    }

    private WaitingPlace.Question question() throws InterruptedException {
        WaitingPlace.Question question = people.asked.poll(10, TimeUnit.SECONDS);
        assertThat(question).as("people are asked").isNotNull();
        return question;
    }

    private List<Draft> records(Kind kind) {
        return lab.recorder.entries().stream()
                .map(Entry::draft)
                .filter(draft -> draft.kind() == kind)
                .toList();
    }

    @Test
    void eachRequestIsAskedAboutAndAYesLetsExactlyOneThrough() throws Exception {
        try (Upstream upstream = lab.closing(web());
                Lab.Peer agent = lab.connect("docs.example", upstream.port())) {
            agent.send(ASK);
            WaitingPlace.Question first = question();
            assertThat(first.digest()).matches("[0-9a-f]{64}");
            assertThat(records(Kind.DECISION)).as("it waits").isEmpty();
            Draft asked = records(Kind.APPROVAL_ASKED).getFirst();
            assertThat(asked.decision().orElseThrow().outcome())
                    .isEqualTo(Decision.Outcome.REQUIRE_APPROVAL);
            assertThat(asked.detail()).containsEntry("digest", first.digest());
            people.answers.add(new WaitingPlace.Answer.Yes(Consent.Role.OWNER, "alice", ANSWER));
            assertThat(agent.readUntil("ok")).contains("200 OK");
            Draft decision = records(Kind.DECISION).getFirst();
            assertThat(decision.cause()).contains(ANSWER);
            assertThat(decision.decision().orElseThrow().reasons().getFirst().text())
                    .contains("alice approved exactly this request");
            assertThat(decision.detail()).containsEntry("taints", "private_data");
            assertThat(lab.run.ledger().counter(RunLedger.APPROVALS)).isEqualTo(1);
            assertThat(lab.run.recheck()).as("what was approved stays open").isZero();

            agent.send(ASK);
            assertThat(question().id()).isNotEqualTo(first.id());
            people.answers.add(new WaitingPlace.Answer.No("bob", ANSWER));
            assertThat(agent.readUntil("\r\n\r\n")).contains("403");
            assertThat(records(Kind.DECISION).getLast().decision().orElseThrow().reasons())
                    .extracting("code")
                    .containsExactly("approval-refused");
        }
    }

    @Test
    void nobodysAnswerIsADenialThatSaysHowToAskAgain() throws Exception {
        try (Lab.Peer agent = lab.connect("docs.example", 80)) {
            agent.send(ASK);
            var _ = question();
            people.answers.add(new WaitingPlace.Answer.Expired());
            assertThat(agent.readUntil("asks anew"))
                    .contains("403", "nobody gave one within 60 seconds", "asks anew")
                    .doesNotContain("rein approve ");
        }
    }

    @Test
    void aForbidThatCameMeanwhileWins() throws Exception {
        try (Lab.Peer agent = lab.connect("docs.example", 80)) {
            agent.send(ASK);
            var _ = question();
            lab.asking.clear();
            lab.denyAs("forbidden");
            people.answers.add(new WaitingPlace.Answer.Yes(Consent.Role.OPERATOR, "alice", ANSWER));
            assertThat(agent.readUntil("\r\n\r\n")).contains("403");
            assertThat(records(Kind.DECISION).getFirst().decision().orElseThrow().allowed())
                    .isFalse();
        }
    }

    @Test
    void whoHangsUpWaitsNoLonger() throws Exception {
        try (Lab.Peer agent = lab.connect("docs.example", 80)) {
            agent.send(ASK);
            var _ = question();
            assertThat(people.places).hasValue(0);
            lab.hungUp = true;
            assertThat(agent.readUntil("\r\n\r\n")).contains("403");
            assertThat(people.places).as("the place is free").hasValue(1);
            Draft decision = records(Kind.DECISION).getFirst();
            assertThat(decision.decision().orElseThrow().reasons())
                    .extracting("code")
                    .containsExactly("approval-over");
            assertThat(decision.cause()).as("it follows from the end of the wait").isPresent();
        }
    }

    @Test
    void aStopEndsTheWait() throws Exception {
        try (Lab.Peer agent = lab.connect("docs.example", 80)) {
            agent.send(ASK);
            var _ = question();
            lab.context.standing = Optional.of(Decision.deny("stopped", "The run is stopped.", ""));
            assertThat(agent.readUntil("\r\n\r\n")).contains("403");
            assertThat(records(Kind.DECISION).getFirst().decision().orElseThrow().reasons())
                    .extracting("code")
                    .containsExactly("stopped");
        }
    }

    @Test
    void whereNoPlaceIsFreeItIsRefusedAtOnce() throws Exception {
        people.places.set(0);
        try (Lab.Peer agent = lab.connect("docs.example", 80)) {
            agent.send(ASK);
            assertThat(agent.readUntil("\r\n\r\n")).contains("403");
            assertThat(records(Kind.APPROVAL_ASKED)).isEmpty();
            assertThat(records(Kind.DECISION).getFirst().decision().orElseThrow().reasons())
                    .extracting("code")
                    .containsExactly("approval-queue-full");
        }
    }
}
