package rein.bench.inspect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import rein.inspect.Inspector;
import rein.inspect.InspectorStream;
import rein.inspect.rule.Rule;
import rein.inspect.rule.ShippedRules;

/** Prints a Markdown table; the arguments are files of ordinary text. */
public final class Main {
    private static final int MEGABYTE = 1_000_000;
    private static final int MESSAGE_BYTES = 10_000;
    private static final int ROUNDS = 7;

    private final List<Rule> rules = ShippedRules.all();
    private final Inspector inspector = new Inspector(rules);
    private int found;

    private Main() {}

    public static void main(String[] files) throws IOException {
        new Main().run(files);
    }

    private void run(String[] files) throws IOException {
        warmUp();
        System.out.println("| what | text | MB/s (CPU) | each |");
        System.out.println("|---|---|---|---|");
        List<byte[]> texts = new ArrayList<>();
        for (String file : files) {
            texts.add(Files.readAllBytes(Path.of(file)));
        }
        byte[] all = joined(texts);
        List<byte[]> messages = cut(all, MESSAGE_BYTES);
        row(
                "all rules and views",
                "messages of 10 KB",
                all.length,
                messages.size(),
                () -> {
                    for (byte[] message : messages) {
                        found += inspector.scan(message).matches().size();
                    }
                });
        List<byte[]> large = cut(all, MEGABYTE);
        row(
                "all rules and views",
                "pieces of 1 MB",
                all.length,
                large.size(),
                () -> {
                    for (byte[] text : large) {
                        found += inspector.scan(text).matches().size();
                    }
                });
        row(
                "as a stream, 16 KB at a time",
                "the same",
                all.length,
                large.size(),
                () -> {
                    for (byte[] text : large) {
                        InspectorStream stream = inspector.open();
                        for (byte[] piece : cut(text, 16 * 1024)) {
                            found += stream.accept(piece, 0, piece.length).matches().size();
                        }
                        found += stream.finish().matches().size();
                    }
                });
        List<Pattern> patterns =
                rules.stream().map(rule -> Pattern.compile(rule.expression())).toList();
        List<byte[]> few = messages.subList(0, Math.min(20, messages.size()));
        row(
                "java.util.regex, each rule over all",
                "20 messages of 10 KB",
                20 * MESSAGE_BYTES,
                20,
                () -> {
                    for (byte[] message : few) {
                        String text = new String(message, ISO_8859_1);
                        for (Pattern pattern : patterns) {
                            var matcher = pattern.matcher(text);
                            while (matcher.find()) {
                                found++;
                            }
                        }
                    }
                });
        for (Hostile hostile : Hostile.all(rules)) {
            byte[] text = hostile.text();
            row(
                    "hostile: " + hostile.name(),
                    "1 MB",
                    text.length,
                    1,
                    () -> {
                        found += inspector.scan(text).matches().size();
                    });
        }
        System.out.println("\n" + rules.size() + " rules; found in all rounds: " + found);
    }

    /** So that the first row is not that of the interpreter. */
    private void warmUp() {
        byte[] text =
                "a line of text with 42 words and key=value in it\n"
                        .repeat(20_000)
                        .getBytes(ISO_8859_1);
        for (int i = 0; i < 60; i++) {
            found += inspector.scan(text).matches().size();
        }
    }

    private void row(String what, String text, long bytes, int each, Runnable work) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            work.run();
            best =
                    Math.min(
                            best,
                            ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start);
        }
        System.out.printf(
                "| %s | %s | %.1f | %.3f ms |%n",
                what, text, bytes * 1e3 / best, best / 1e6 / each);
    }

    private static byte[] joined(List<byte[]> texts) {
        byte[] all = new byte[texts.stream().mapToInt(text -> text.length).sum()];
        int at = 0;
        for (byte[] text : texts) {
            System.arraycopy(text, 0, all, at, text.length);
            at += text.length;
        }
        return all;
    }

    private static List<byte[]> cut(byte[] all, int bytes) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < all.length; at += bytes) {
            pieces.add(Arrays.copyOfRange(all, at, Math.min(all.length, at + bytes)));
        }
        return pieces;
    }
}
