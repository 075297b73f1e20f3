package rein.inspect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import rein.inspect.rule.Rule;
import rein.inspect.rule.ShippedRules;
import rein.inspect.view.EncodedRuns;
import rein.inspect.view.PlainView;

/**
 * Looks for everything that a set of rules describes: in the bytes as they are, as they would be
 * read once escapes are undone, and inside what is encoded, three deep. Time grows with the text
 * and with nothing else: keywords cost one table step a byte, expressions run in linear time, are
 * tried a bounded number of times, and what is decoded is no longer than twice the text.
 *
 * <p>Immutable and safe for any thread.
 */
public final class Inspector {
    /** What is less certain is not reported: as likely wrong as right. */
    public static final double THRESHOLD = 0.5;

    private static final int DEPTH_MAX = 3;

    private final RuleIndex index;

    /**
     * Checks what it is given.
     *
     * @throws IllegalArgumentException if rules cannot be used together, in a sentence
     */
    public Inspector(List<Rule> rules) {
        this.index = new RuleIndex(rules);
    }

    public static Inspector shipped() {
        return new Inspector(ShippedRules.all());
    }

    /** Looks at a whole text; what is no text is looked at byte by byte all the same. */
    public Scan scan(byte[] text) {
        return scan(text, text.length);
    }

    Scan scan(byte[] text, int to) {
        return look(text, to).scan();
    }

    /** A scan, and where in a text that may go on the first candidate begins that is still open. */
    record Look(Scan scan, int openFrom) {}

    Look look(byte[] text, int to) {
        Looking looking = new Looking(to);
        int openFrom = looking.at(text, to, 0);
        return new Look(new Scan(Scan.settled(looking.found), to, looking.unfinished), openFrom);
    }

    /** A text that comes in pieces. For one thread. */
    public InspectorStream open() {
        return new InspectorStream(this);
    }

    int beforeNumbers() {
        return index.beforeNumbers;
    }

    /** One scan with its views. */
    private final class Looking {
        private final List<Match> found = new ArrayList<>();
        private final SortedSet<String> unfinished = new TreeSet<>();
        private final Allowance allowance;
        private long decodedLeft;

        Looking(int bytes) {
            this.allowance = new Allowance(bytes);
            this.decodedLeft = 2L * bytes;
        }

        /** Returns where the first candidate begins that is open. */
        int at(byte[] text, int to, int depth) {
            Finder raw = find(text, to);
            found.addAll(raw.found());
            encoded(text, to, depth).forEach(found::add);
            for (Windows.Window window : Windows.around(raw.written(), text, to)) {
                written(text, window.from(), window.to(), depth);
            }
            return raw.openFrom();
        }

        private void written(byte[] text, int start, int stop, int depth) {
            byte[] now = text;
            int from = start;
            int to = stop;
            int[] origins = new int[0];
            // What was escaped twice takes two rounds.
            for (int round = 0; round < DEPTH_MAX; round++) {
                Optional<PlainView.Plain> plain = PlainView.of(now, from, to);
                if (plain.isEmpty()) {
                    return;
                }
                now = plain.get().text();
                from = 0;
                to = now.length;
                origins = through(plain.get().from(), origins);
                int[] places = origins;
                Finder finder = find(now, to);
                finder.found().forEach(match -> found.add(placed(match, "escapes", places)));
                encoded(now, to, depth)
                        .forEach(match -> found.add(placed(match, "escapes", places)));
            }
        }

        private Finder find(byte[] text, int to) {
            Finder finder = new Finder(index, THRESHOLD, text, to, allowance).run();
            unfinished.addAll(finder.unfinished());
            return finder;
        }

        private List<Match> encoded(byte[] text, int to, int depth) {
            if (depth == DEPTH_MAX) {
                return List.of();
            }
            List<Match> inside = new ArrayList<>();
            for (EncodedRuns.Run run : EncodedRuns.in(text, to, decodedLeft)) {
                decodedLeft -= run.decoded().length;
                int before = found.size();
                at(run.decoded(), run.decoded().length, depth + 1);
                List<Match> deeper = found.subList(before, found.size());
                deeper.forEach(match -> inside.add(wrapped(match, run)));
                deeper.clear();
            }
            return inside;
        }
    }

    private static Match wrapped(Match match, EncodedRuns.Run run) {
        return new Match(
                match.rule(),
                match.dataClass(),
                match.severity(),
                match.confidence(),
                run.start(),
                run.end(),
                with(run.view(), match.views()),
                match.evidence());
    }

    private static Match placed(Match match, String view, int[] from) {
        return new Match(
                match.rule(),
                match.dataClass(),
                match.severity(),
                match.confidence(),
                from[(int) match.start()],
                from[(int) match.end()],
                with(view, match.views()),
                match.evidence());
    }

    private static List<String> with(String first, List<String> rest) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(rest);
        return all;
    }

    /** Places in the newest text as places in the oldest. */
    private static int[] through(int[] newest, int[] older) {
        return older.length == 0
                ? newest
                : Arrays.stream(newest).map(place -> older[place]).toArray();
    }
}
