package rein.gateway;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import rein.vocabulary.Decision;
import rein.vocabulary.PolicyText;

/** Of a run that nobody grants anything. */
record NoGrants() implements RunGrants {
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

    @Override
    public Optional<WaitingPlace> waitingPlace() {
        return Optional.empty();
    }
}
