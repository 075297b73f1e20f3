package rein.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import rein.registry.RegistryException;
import rein.server.node.Adopting;
import rein.server.node.HandOver;
import rein.server.node.HandOverFile;
import rein.server.node.HandOverFile.Taken;
import rein.server.node.HandingOver;
import rein.server.node.Node;
import rein.vocabulary.Run;

/**
 * The runs that the last node of this data folder left to this one, if it did: taken before
 * anything of the machine is touched, adopted when the node stands, let go on when it can be
 * reached.
 */
final class Inheritance {
    private final HandOverFile file;
    private final HandingOver.Identity identity;
    private final Optional<HandOver> handOver;
    private final List<String> words = new ArrayList<>();
    private Optional<Adopting> adopting = Optional.empty();

    private Inheritance(HandOverFile file, HandingOver.Identity identity, Taken taken) {
        this.file = file;
        this.identity = identity;
        this.handOver =
                switch (taken) {
                    case Taken.Nothing() -> Optional.empty();
                    case Taken.Usable(HandOver usable) -> Optional.of(usable);
                    case Taken.Refused(String why) -> {
                        words.add(
                                "The hand-over of the last node was refused, and the runs in it"
                                        + " were ended: "
                                        + why
                                        + ".");
                        yield Optional.empty();
                    }
                };
    }

    static Inheritance take(State state, SigningKey signing, World world) throws IOException {
        UUID boot =
                UUID.fromString(
                        Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
        HandingOver.Identity identity =
                new HandingOver.Identity(state.tenant().trustDomain(), state.node(), boot);
        HandOverFile file =
                new HandOverFile(
                        state.folder().path(), new HandOverFile.Key(signing::sign, signing::holds));
        Taken taken =
                file.take(
                        new HandOverFile.Here(
                                identity.tenant(), identity.node(), boot, world.ticker().nanos()));
        return new Inheritance(file, identity, taken);
    }

    /** The runs that may be adopted: they are left alone until they are. */
    Set<UUID> runs() {
        return handOver.map(HandOver::ids).orElse(Set.of());
    }

    /** Holds them again; what the registry still calls open and is not among them was lost. */
    void adopt(Node node, Node.Ports ports, State state, World world) throws RegistryException {
        node.keepOnly(runs());
        adopting = handOver.map(left -> new Adopting(node, ports, left));
        adopting.ifPresent(Adopting::adopt);
        List<Run> adopted = adopting.map(Adopting::adopted).orElse(List.of());
        var _ = state.registry().runs().endLost(state.node(), world.clock().instant(), adopted);
        adopting.ifPresent(done -> words.addAll(done.words()));
    }

    /** Nothing is missing any more that could stop them. */
    void goOn() throws IOException {
        adopting.ifPresent(Adopting::goOn);
        file.done();
    }

    /** How this node leaves its runs to the next. */
    HandingOver handingOver(Node node, Node.Ports ports, Runnable end) {
        return new HandingOver(node, ports, file, identity, end);
    }

    /** For whoever started the node. */
    List<String> words() {
        return List.copyOf(words);
    }
}
