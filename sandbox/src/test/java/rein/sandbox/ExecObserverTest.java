package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecObserverTest {
    @TempDir Path root;

    private final ConcurrentLinkedQueue<Exec> execs = new ConcurrentLinkedQueue<>();

    private Contained open() {
        Contained contained = Contained.open(root.resolve("data"), execs::add);
        Assumptions.assumeTrue(
                contained.host().observationMissing().isEmpty(),
                "missing facility: " + contained.host().observationMissing().orElse(""));
        return contained;
    }

    /** Events of one run arrive in order: when the last is here, all are. */
    private void await(String file) {
        while (execs.stream().noneMatch(exec -> exec.file().equals(file))) {
            Thread.onSpinWait();
        }
    }

    @Test
    void everyStartIsSeenAndGivenToItsRun() throws Exception {
        Path workdir = Files.createDirectory(root.resolve("project"));
        try (Contained contained = open();
                Sandbox sandbox =
                        contained.prepare(
                                workdir,
                                "sh",
                                "-c",
                                "for i in $(/usr/bin/seq 200); do /bin/true arg-$i; done;"
                                        + " /usr/bin/id")) {
            Process outside = new ProcessBuilder("/bin/true", "outside").start();
            assertThat(outside.waitFor()).isZero();
            assertThat(contained.finish(contained.launch(sandbox)).exit()).isZero();
            await("/usr/bin/id");
            List<Exec> seen = execs.stream().filter(exec -> !exec.ours()).toList();
            assertThat(seen).allMatch(exec -> exec.run().equals(sandbox.run().id()));
            assertThat(seen).filteredOn(exec -> exec.file().equals("/bin/true")).hasSize(200);
            assertThat(seen)
                    .filteredOn(exec -> exec.file().equals("/bin/true"))
                    .allMatch(exec -> exec.parent() != 0 && exec.lagNanos() > 0)
                    .allMatch(exec -> !exec.fromWritable());
            assertThat(seen)
                    .filteredOn(exec -> exec.argv().isPresent())
                    .filteredOn(exec -> exec.file().equals("/bin/true"))
                    .allMatch(exec -> exec.argv().orElseThrow().getFirst().equals("/bin/true"))
                    .allMatch(exec -> exec.argv().orElseThrow().get(1).startsWith("arg-"));
            assertThat(contained.host().execCounts().lost()).isZero();
            assertThat(contained.host().execCounts().unattributed()).isZero();
        }
    }

    @Test
    void aProgramFromAWritablePlaceIsMarked() throws Exception {
        Path workdir = Files.createDirectory(root.resolve("project"));
        String script =
                "cp /bin/true ./updater; ./updater; cp /bin/true /tmp/x; /tmp/x;"
                        + " cp /bin/true /dev/shm/y; /dev/shm/y; printf '#!/bin/sh\\n' > s;"
                        + " chmod +x s; "
                        + workdir
                        + "/s; /usr/bin/id";
        try (Contained contained = open()) {
            assertThat(contained.run(workdir, "sh", "-c", script).exit()).isZero();
            await("/usr/bin/id");
            assertThat(execs.stream().filter(Exec::fromWritable).map(Exec::file))
                    .containsExactly("./updater", "/tmp/x", "/dev/shm/y", workdir + "/s");
        }
    }

    @Test
    void aFileNameWithALineBreakForgesNothing() throws Exception {
        Path workdir = Files.createDirectory(root.resolve("project"));
        String script =
                "n=$(printf 'a\\n x-1 [000] d..2. 1.000001: sched_process_exec: filename=F');"
                        + " mkdir -p \"$n/bin\"; cp /bin/true \"$n/bin/f\"; \"$n/bin/f\"; /usr/bin/id";
        try (Contained contained = open()) {
            assertThat(contained.run(workdir, "sh", "-c", script).exit()).isZero();
            await("/usr/bin/id");
            assertThat(execs.stream().map(Exec::file))
                    .noneMatch(file -> file.startsWith("F"))
                    .anyMatch(file -> file.startsWith("a\n x-1") && file.endsWith("/bin/f"));
        }
    }

    @Test
    void aFileNameThatEndsItsEventEarlyHidesNothing() throws Exception {
        Path workdir = Files.createDirectory(root.resolve("project"));
        String script =
                "n=$(printf 'a\\nx pid=1 old_pid=1\\n x-1 [000] d..2. 1.000001:"
                        + " sched_process_exec: filename=F pid=1 old_pid=1\\nb');"
                        + " cp /bin/true \"$n\"; \"./$n\"; /usr/bin/id";
        try (Contained contained = open()) {
            assertThat(contained.run(workdir, "sh", "-c", script).exit()).isZero();
            await("/usr/bin/id");
            assertThat(execs.stream().map(Exec::file))
                    .noneMatch(file -> file.startsWith("F"))
                    .anyMatch(file -> file.startsWith("./a\nx pid=1") && file.endsWith("\nb"));
        }
    }

    @Test
    void aNameThatCannotBeExpressedCountsAsFromAWritablePlace() {
        // What a locale without these letters does to a path is what a zero byte does in any.
        assertThat(ExecObserver.writable("/usr/bin/\0", List.of("/tmp"))).isTrue();
        assertThat(ExecObserver.writable("/tmp/../usr/bin/id", List.of("/tmp"))).isFalse();
    }

    @Test
    void aConsumerThatFailsIsCountedAndObservationGoesOn() throws Exception {
        Path workdir = Files.createDirectory(root.resolve("project"));
        try (Contained contained =
                Contained.open(
                        root.resolve("data"),
                        exec -> {
                            execs.add(exec);
                            throw new IllegalStateException("no room");
                        })) {
            Assumptions.assumeTrue(
                    contained.host().observationMissing().isEmpty(),
                    "missing facility: " + contained.host().observationMissing().orElse(""));
            assertThat(contained.run(workdir, "/usr/bin/id").exit()).isZero();
            await("/usr/bin/id");
            assertThat(contained.host().execCounts().undelivered()).isPositive();
            assertThat(contained.host().execCounts().running()).isTrue();
        }
    }
}
