package rein.inspect;

import java.util.List;
import org.safere.Pattern;
import rein.inspect.rule.Entropy;
import rein.inspect.rule.Placeholders;
import rein.inspect.rule.Rule;
import rein.inspect.rule.Validators;
import rein.inspect.rule.Validators.Validator;

/**
 * A rule ready to be tried. Immutable.
 *
 * @param number its place among the inspector's rules
 * @param contextWords numbers of its context words among the inspector's
 */
record CompiledRule(
        int number,
        Rule rule,
        Pattern pattern,
        List<Validator> validators,
        List<Integer> contextWords) {
    static CompiledRule of(int number, Rule rule, List<Integer> contextWords) {
        return new CompiledRule(
                number,
                rule,
                Pattern.compile(rule.expression()),
                rule.validators().stream()
                        .map(name -> Validators.named(name).orElseThrow())
                        .toList(),
                contextWords);
    }

    /** Whether a value that the expression found is one. */
    boolean holds(String value) {
        if (rule.entropyMin() > 0 && Entropy.bits(value) < rule.entropyMin()) {
            return false;
        }
        if (rule.family().equals("secret") && !rule.placeholders() && Placeholders.is(value)) {
            return false;
        }
        for (Validator validator : validators) {
            if (!validator.holds(value)) {
                return false;
            }
        }
        return true;
    }
}
