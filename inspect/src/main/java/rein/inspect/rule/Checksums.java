package rein.inspect.rule;

/** Checksums that several kinds of numbers and tokens share. */
final class Checksums {
    private static final int[] BASE10_SHIFT = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};

    private Checksums() {}

    /** ISO/IEC 7812-1 annex B. */
    static boolean luhn(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int d = digits.charAt(digits.length() - 1 - i) - '0';
            int doubled = 2 * d;
            sum += i % 2 == 0 ? d : doubled > 9 ? doubled - 9 : doubled;
        }
        return !digits.isEmpty() && sum % 10 == 0;
    }

    /** Whether length and first digits are those of a payment network that issues cards. */
    static boolean cardBrand(String digits) {
        int length = digits.length();
        if (length < 13 || length > 19) {
            return false;
        }
        int two = Integer.parseInt(digits.substring(0, 2));
        int three = Integer.parseInt(digits.substring(0, 3));
        int four = Integer.parseInt(digits.substring(0, 4));
        boolean visa = digits.charAt(0) == '4' && (length == 13 || length == 16 || length == 19);
        boolean mastercard = length == 16 && (within(two, 51, 55) || within(four, 2221, 2720));
        boolean amex = length == 15 && (two == 34 || two == 37);
        boolean diners =
                (length == 14 || length == 16)
                        && (within(three, 300, 305) || two == 36 || two == 38 || two == 39);
        boolean discover = length >= 16 && (four == 6011 || two == 65 || within(three, 644, 649));
        boolean jcb = length >= 15 && (within(four, 3528, 3589) || four == 2131 || four == 1800);
        boolean unionPay = length >= 16 && two == 62;
        boolean maestro = four == 5018 || four == 5020 || four == 5038 || two == 67;
        return visa || mastercard || amex || diners || discover || jcb || unionPay || maestro;
    }

    private static boolean within(int value, int from, int to) {
        return value >= from && value <= to;
    }

    /** ISO 13616: mod 97 of the number with its first four characters moved to the end. */
    static boolean iban(String text) {
        if (text.length() < 15 || text.length() > 34) {
            return false;
        }
        int remainder = 0;
        for (int i = 0; i < text.length(); i++) {
            int value = Character.digit(text.charAt((i + 4) % text.length()), 36);
            remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
        }
        return remainder == 1 && ibanLength(text.substring(0, 2)) == text.length();
    }

    /** The ISO 13616 registry's length of a country's number; -1 for a country without one. */
    private static int ibanLength(String country) {
        String all =
                "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24"
                        + "FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32"
                        + "LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29"
                        + "RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20";
        for (int i = 0; i < all.length(); i += 4) {
            if (all.startsWith(country, i)) {
                return Integer.parseInt(all.substring(i + 2, i + 4));
            }
        }
        return -1;
    }

    /** Verhoeff (1969), written as the dihedral group's own arithmetic. */
    static boolean verhoeff(String digits) {
        int check = 0;
        for (int i = 0; i < digits.length(); i++) {
            int d = digits.charAt(digits.length() - 1 - i) - '0';
            for (int times = 0; times < i % 8; times++) {
                d = BASE10_SHIFT[d];
            }
            check = dihedral(check, d);
        }
        return digits.length() > 1 && check == 0;
    }

    private static int dihedral(int a, int b) {
        if (a < 5) {
            return b < 5 ? (a + b) % 5 : 5 + (a + b) % 5;
        }
        return b < 5 ? 5 + (a - b) % 5 : (a - b + 5) % 5;
    }
}
