package rein.policy;

import java.util.ArrayList;
import java.util.List;
import rein.policy.syntax.Problem;
import rein.vocabulary.PolicyText;
import rein.vocabulary.PolicyText.Mode;

/**
 * Texts that apply together, compiled, and apart by whether they count yet.
 *
 * @param enforced what decides
 * @param warned what only warns
 * @param shadowed what is only recorded
 */
record CompiledModes(CompiledSet enforced, CompiledSet warned, CompiledSet shadowed) {
    static CompiledModes of(List<PolicyText> texts) {
        return new CompiledModes(
                of(texts, Mode.ENFORCE), of(texts, Mode.WARN), of(texts, Mode.SHADOW));
    }

    private static CompiledSet of(List<PolicyText> texts, Mode mode) {
        return CompiledSet.of(texts.stream().filter(text -> text.mode() == mode).toList());
    }

    CompiledSet in(Mode mode) {
        return switch (mode) {
            case ENFORCE -> enforced;
            case WARN -> warned;
            case SHADOW -> shadowed;
        };
    }

    /** The same, with what else makes it unusable. */
    CompiledModes withBroken(List<Problem> more) {
        if (more.isEmpty()) {
            return this;
        }
        List<Problem> broken = new ArrayList<>(more);
        broken.addAll(enforced.broken());
        return new CompiledModes(
                new CompiledSet(enforced.policies(), List.copyOf(broken)), warned, shadowed);
    }
}
