package rein.respond;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import rein.vocabulary.Finding;
import rein.vocabulary.Run;

/** Writes an incident's sentence: who, what happened, what was done. */
final class Story {
    /** More labels than this do not help a reader find the run. */
    private static final int LABELS_MAX = 4;

    /** More findings than this are a list, not a story; the incident carries them all. */
    private static final int FINDINGS_MAX = 5;

    private static final int WORD_CHARS_MAX = 64;

    private Story() {}

    /**
     * The whole sentence, or sentences.
     *
     * @param findings at least one
     */
    static String of(Run run, List<Finding> findings, Outcome outcome) {
        List<Finding> worstFirst =
                findings.stream()
                        .sorted(
                                Comparator.comparing((Finding finding) -> !finding.suspends())
                                        .thenComparing(
                                                Finding::severity, Comparator.reverseOrder()))
                        .toList();
        StringBuilder story = new StringBuilder(who(run));
        story.append(", ").append(phrase(worstFirst.getFirst())).append(outcome.say());
        for (Finding finding : worstFirst.subList(1, Math.min(worstFirst.size(), FINDINGS_MAX))) {
            story.append(" It also ").append(phrase(finding)).append('.');
        }
        int more = worstFirst.size() - FINDINGS_MAX;
        if (more > 0) {
            story.append(" There ").append(more == 1 ? "is 1" : "are " + more).append(" more ");
            story.append(more == 1 ? "finding." : "findings.");
        }
        return story.toString();
    }

    private static String who(Run run) {
        StringBuilder who = new StringBuilder();
        who.append("Agent ").append(run.agent().name());
        who.append(" (owner ").append(Words.clean(run.agent().owner(), WORD_CHARS_MAX));
        who.append("), run ").append(run.shortId());
        if (!run.labels().isEmpty()) {
            who.append(" (").append(labels(run.labels())).append(')');
        }
        return who.toString();
    }

    private static String labels(Map<String, String> labels) {
        String shown =
                String.join(
                        ", ",
                        labels.entrySet().stream()
                                .limit(LABELS_MAX)
                                .map(label ->
                                        Words.clean(label.getKey(), WORD_CHARS_MAX)
                                                + "="
                                                + Words.clean(label.getValue(), WORD_CHARS_MAX))
                                .toList());
        return labels.size() > LABELS_MAX ? shown + ", …" : shown;
    }

    /** "Tried to …." becomes "tried to …", to stand inside a sentence. */
    private static String phrase(Finding finding) {
        String sentence = finding.sentence();
        String open =
                sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
        return open.isEmpty()
                ? "did something that rule " + finding.rule() + " found"
                : Character.toLowerCase(open.charAt(0)) + open.substring(1);
    }
}
