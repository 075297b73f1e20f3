package rein.inspect.rule;

import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import rein.inspect.gate.Ascii;

/** What can be computed of a candidate, by the names that rules use. Separators are ignored. */
public final class Validators {
    /** Says whether a candidate is what it looks like. */
    public interface Validator {
        boolean holds(String value);
    }

    private static final Map<String, Validator> ALL =
            Map.ofEntries(
                    Map.entry("luhn", value -> Checksums.luhn(digits(value))),
                    Map.entry("card-brand", value -> Checksums.cardBrand(digits(value))),
                    Map.entry("iban", value -> Checksums.iban(alphanumeric(value))),
                    Map.entry("verhoeff", value -> Checksums.verhoeff(digits(value))),
                    Map.entry("us-ssn", value -> NationalIds.usSsn(digits(value))),
                    Map.entry("us-npi", value -> Checksums.luhn("80840" + digits(value))),
                    Map.entry("us-routing", value -> NationalIds.usRouting(digits(value))),
                    Map.entry("cn-resident", value -> NationalIds.cnResident(alphanumeric(value))),
                    Map.entry("de-tax", value -> NationalIds.deTax(digits(value))),
                    Map.entry(
                            "de-id-card", value -> NationalIds.documentCheck(alphanumeric(value))),
                    Map.entry("fr-nir", value -> NationalIds.frNir(alphanumeric(value))),
                    Map.entry("es-dni", value -> NationalIds.esDni(alphanumeric(value))),
                    Map.entry("it-fiscal", value -> NationalIds.itFiscal(alphanumeric(value))),
                    Map.entry("nl-bsn", value -> NationalIds.nlBsn(digits(value))),
                    Map.entry("be-national", value -> NationalIds.beNational(digits(value))),
                    Map.entry("pl-pesel", value -> NationalIds.plPesel(digits(value))),
                    Map.entry("se-personal", value -> NationalIds.sePersonal(digits(value))),
                    Map.entry("fi-personal", value -> NationalIds.fiPersonal(value)),
                    Map.entry("dk-cpr", value -> NationalIds.dkCpr(digits(value))),
                    Map.entry("pt-nif", value -> NationalIds.ptNif(digits(value))),
                    Map.entry("at-ssn", value -> NationalIds.atSsn(digits(value))),
                    Map.entry("ie-pps", value -> NationalIds.iePps(alphanumeric(value))),
                    Map.entry("uk-nhs", value -> NationalIds.ukNhs(digits(value))),
                    Map.entry("uk-nino", value -> NationalIds.ukNino(alphanumeric(value))),
                    Map.entry("jwt", Structures::jwt),
                    Map.entry("has-digit", value -> value.chars().anyMatch(Ascii::isDigit)),
                    Map.entry("has-letter-and-digit", Structures::lettersAndDigits),
                    Map.entry("not-a-word", Structures::notAWord),
                    Map.entry("not-hex-only", value -> !Structures.hexOnly(value)),
                    Map.entry("ipv4", Structures::ipv4),
                    Map.entry("date", Structures::date),
                    Map.entry("email", Structures::email));

    private Validators() {}

    /** Empty if there is none of that name. */
    public static Optional<Validator> named(String name) {
        return Optional.ofNullable(ALL.get(name));
    }

    public static SortedSet<String> names() {
        return new TreeSet<>(ALL.keySet());
    }

    static String digits(String value) {
        return kept(value, false);
    }

    static String alphanumeric(String value) {
        return kept(value, true);
    }

    private static String kept(String value, boolean letters) {
        StringBuilder out = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Ascii.isDigit(c) || (letters && Ascii.isLetter(c))) {
                out.append(Ascii.isLower(c) ? (char) (c - 32) : c);
            }
        }
        return out.toString();
    }
}
