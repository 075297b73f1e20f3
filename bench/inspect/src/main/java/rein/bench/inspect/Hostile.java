package rein.bench.inspect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import rein.inspect.rule.Rule;

/** Texts of a megabyte that are as much work as we could think of. */
final class Hostile {
    private static final int BYTES = 1_000_000;

    private final String name;
    private final byte[] text;

    private Hostile(String name, String unit) {
        this.name = name;
        this.text = unit.repeat(BYTES / unit.length() + 1).substring(0, BYTES).getBytes(ISO_8859_1);
    }

    String name() {
        return name;
    }

    byte[] text() {
        return text;
    }

    static List<Hostile> all(List<Rule> rules) {
        StringBuilder keywords = new StringBuilder();
        StringBuilder beginnings = new StringBuilder();
        StringBuilder finds = new StringBuilder();
        for (Rule rule : rules) {
            rule.keywords().forEach(word -> keywords.append(word.replace('#', '7')).append(' '));
            for (String example : rule.examples()) {
                beginnings.append(example, 0, example.length() * 2 / 3).append(' ');
                finds.append(example).append(' ');
            }
        }
        Random random = new Random(1);
        StringBuilder numbers = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            numbers.append(random.nextInt(1_000_000_000)).append(i % 3 == 0 ? '-' : ' ');
        }
        List<Hostile> all = new ArrayList<>();
        all.add(new Hostile("nothing but keywords", keywords.toString()));
        all.add(new Hostile("examples cut short", beginnings.toString()));
        all.add(new Hostile("nothing but finds", finds.toString()));
        all.add(new Hostile("numbers", numbers.toString()));
        all.add(
                new Hostile(
                        "numbers after words for them",
                        "ssn card phone iban passport tax 123 45 6789 "));
        all.add(new Hostile("one digit again and again", "1"));
        all.add(
                new Hostile(
                        "private keys without end",
                        "-----BEGIN PRIVATE KEY-----" + "MIGHAgEA".repeat(900)));
        all.add(new Hostile("a password without end", "password=" + "a1B2".repeat(2_000)));
        all.add(new Hostile("at signs", "a@"));
        all.add(new Hostile("percent signs", "%41"));
        all.add(new Hostile("backslashes", "\\u0041\\\\"));
        String once =
                Base64.getEncoder().encodeToString(finds.substring(0, 20_000).getBytes(ISO_8859_1));
        String twice = Base64.getEncoder().encodeToString(once.getBytes(ISO_8859_1));
        all.add(new Hostile("base64 of finds", once + " "));
        all.add(new Hostile("base64 of base64 of finds", twice + " "));
        all.add(new Hostile("short runs of base64", "YWJjZGVmZ2hpamtsbW5vcHFy "));
        all.add(new Hostile("hexadecimal", "6162636465666768696a6b6c6d6e6f70 "));
        return all;
    }
}
