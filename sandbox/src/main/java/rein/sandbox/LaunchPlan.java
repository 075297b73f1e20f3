package rein.sandbox;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that the caller's own process does to become the run; made by the node, carried out by {@link
 * Launch}. Strings, lists and maps only. It is valid while the node lives and is good for one
 * start. Whoever may send a plan to a launcher that is root is root: take it from the node's socket
 * only.
 *
 * @param joins files into which the launcher writes its process id, in this order
 * @param trace the file into which it writes its process and thread id to be observed, or {@link
 *     #NOTIFY}; empty where it has no part in the observation
 * @param networkNamespace entered by setns(2); empty where the launcher is in it already
 * @param idMapping the user namespace whose mapping {@code mapped} mounts get; empty where the
 *     launcher has the owner's uid itself
 * @param staging a folder over which the launcher mounts a private scratch of its own; the names
 *     below are made in it
 * @param mapped name → folder of the host, attached with the id mapping
 * @param readOnly name → file or folder of the host that the run's uid may not be able to reach
 * @param files name → content
 * @param guards path below the work folder → how the run finds it
 * @param runId the run's uid and gid outside
 * @param seccomp the filter, base64
 * @param command what to execute, with an absolute program path
 */
public record LaunchPlan(
        List<String> joins,
        String trace,
        String networkNamespace,
        String idMapping,
        String staging,
        SortedMap<String, String> mapped,
        SortedMap<String, String> readOnly,
        SortedMap<String, String> files,
        SortedMap<String, Guard.Kind> guards,
        int runId,
        String seccomp,
        List<String> command) {
    /** Instead of a trace: the launcher sets a filter that tells the node of program starts. */
    static final String NOTIFY = "notify";

    /** A launcher refuses a longer one: arguments and environment of a process fit well below. */
    public static final int BYTES_MAX = 4 << 20;

    public LaunchPlan {
        joins = List.copyOf(joins);
        mapped = Collections.unmodifiableSortedMap(new TreeMap<>(mapped));
        readOnly = Collections.unmodifiableSortedMap(new TreeMap<>(readOnly));
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
        guards = Collections.unmodifiableSortedMap(new TreeMap<>(guards));
        command = List.copyOf(command);
    }

    LaunchPlan withFiles(SortedMap<String, String> others) {
        return new LaunchPlan(
                joins,
                trace,
                networkNamespace,
                idMapping,
                staging,
                mapped,
                readOnly,
                others,
                guards,
                runId,
                seccomp,
                command);
    }

    /** A plain form for a pipe or a socket: counted strings. */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            write(out, joins);
            write(
                    out,
                    List.of(
                            trace,
                            networkNamespace,
                            idMapping,
                            staging,
                            seccomp,
                            Integer.toString(runId)));
            for (Map<String, String> map : List.of(mapped, readOnly, files)) {
                write(out, List.copyOf(map.keySet()));
                write(out, List.copyOf(map.values()));
            }
            write(out, List.copyOf(guards.keySet()));
            write(out, guards.values().stream().map(Guard.Kind::name).toList());
            write(out, command);
        } catch (IOException e) {
            throw new AssertionError("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws SandboxException {@code SPEC} when the bytes are no plan
     */
    public static LaunchPlan fromBytes(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            List<String> joins = read(in);
            List<String> single = read(in);
            List<SortedMap<String, String>> maps = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                List<String> keys = read(in);
                List<String> values = read(in);
                SortedMap<String, String> map = new TreeMap<>();
                for (int k = 0; k < keys.size(); k++) {
                    map.put(keys.get(k), values.get(k));
                }
                maps.add(map);
            }
            List<String> guarded = read(in);
            List<String> kinds = read(in);
            SortedMap<String, Guard.Kind> guards = new TreeMap<>();
            for (int k = 0; k < guarded.size(); k++) {
                guards.put(guarded.get(k), Guard.Kind.valueOf(kinds.get(k)));
            }
            return new LaunchPlan(
                    joins,
                    single.get(0),
                    single.get(1),
                    single.get(2),
                    single.get(3),
                    maps.get(0),
                    maps.get(1),
                    maps.get(2),
                    guards,
                    Integer.parseInt(single.get(5)),
                    single.get(4),
                    read(in));
        } catch (IOException | IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new SandboxException(
                    SandboxException.Code.SPEC,
                    "The launch plan is damaged; ask the node again.",
                    e);
        }
    }

    private static void write(DataOutputStream out, List<String> strings) throws IOException {
        out.writeInt(strings.size());
        for (String string : strings) {
            byte[] utf8 = string.getBytes(StandardCharsets.UTF_8);
            out.writeInt(utf8.length);
            out.write(utf8);
        }
    }

    private static List<String> read(DataInputStream in) throws IOException {
        List<String> strings = new ArrayList<>();
        for (int left = bounded(in.readInt()); left > 0; left--) {
            byte[] utf8 = in.readNBytes(bounded(in.readInt()));
            strings.add(new String(utf8, StandardCharsets.UTF_8));
        }
        return strings;
    }

    private static int bounded(int count) throws IOException {
        if (count < 0 || count > BYTES_MAX) {
            throw new IOException("a count of " + count);
        }
        return count;
    }
}
