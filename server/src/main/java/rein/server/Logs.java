package rein.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import rein.audit.AuditException;
import rein.audit.AuditLog;
import rein.audit.ContentStore;
import rein.audit.Durability;
import rein.audit.RealFiles;
import rein.registry.RegistryException;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;
import rein.vocabulary.RecordRefusedException;

/** One log for each writer, and the content that their records refer to. */
record Logs(ContentStore content, AuditLog control, AuditLog node) {
    List<AuditLog> all() {
        return List.of(control, node);
    }

    static Logs open(
            Configuration configuration, World world, State state, Path keys, Resources resources)
            throws AuditException, RegistryException, RecordRefusedException, IOException {
        Path keyFile = configuration.contentKeyFile();
        Path parent = keyFile.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        ContentStore content =
                resources.own(
                        ContentStore.open(
                                state.folder().folder("content"),
                                keyFile,
                                state.folder().path(),
                                new RealFiles(),
                                world.random()));
        UUID boot =
                UUID.fromString(
                        Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
        Durability durability =
                configuration.durability().equals("power-loss")
                        ? Durability.POWER_LOSS
                        : Durability.PROCESS_CRASH;
        Opening opening = new Opening(world, state, keys, boot, durability, content);
        AuditLog control = resources.own(opening.log("control"));
        AuditLog node = resources.own(opening.log(state.node()));
        introduce(control, node);
        return new Logs(content, control, node);
    }

    /** What both logs have in common. */
    private record Opening(
            World world,
            State state,
            Path keys,
            UUID boot,
            Durability durability,
            ContentStore content) {
        AuditLog log(String name) throws AuditException, RegistryException {
            return AuditLog.open(
                    new AuditLog.Settings(
                            state.folder().folder("logs").resolve(name),
                            keys.resolve(name + ".log-key"),
                            state.tenant(),
                            name,
                            boot,
                            durability,
                            AuditLog.RESERVE_BYTES),
                    new RealFiles(),
                    Optional.of(content),
                    world.clock(),
                    world.ticker(),
                    world.random());
        }
    }

    /** The control plane's log names every other log and its key, once. */
    private static void introduce(AuditLog control, AuditLog log)
            throws AuditException, RecordRefusedException {
        String key = log.key().verifierKey();
        boolean known =
                !control.reader()
                        .newestFirst(
                                Long.MAX_VALUE,
                                1,
                                record ->
                                        record.kind().equals(Kind.LOG_INTRODUCED.label())
                                                && key.equals(
                                                        record.texts("detail").get("verifier-key")))
                        .records()
                        .isEmpty();
        if (!known) {
            control.append(
                    Draft.of(Kind.LOG_INTRODUCED)
                            .detail("origin", log.origin())
                            .detail("verifier-key", key)
                            .build());
        }
    }
}
