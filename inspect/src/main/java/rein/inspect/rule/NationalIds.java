package rein.inspect.rule;

/**
 * Numbers that states give to people, each with the check that its issuer publishes. Values come
 * without separators; digits where nothing else is said, else upper-case letters and digits.
 */
final class NationalIds {
    private NationalIds() {}

    private static int weighted(String digits, int... weights) {
        int sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * (digits.charAt(i) - '0');
        }
        return sum;
    }

    private static int number(String digits, int from, int to) {
        return Integer.parseInt(digits.substring(from, to));
    }

    private static boolean monthAndDay(int month, int day) {
        return month >= 1 && month <= 12 && day >= 1 && day <= 31;
    }

    /** Social Security Administration: areas, groups and serials that are never given. */
    static boolean usSsn(String digits) {
        if (digits.length() != 9) {
            return false;
        }
        int area = number(digits, 0, 3);
        return area != 0
                && area != 666
                && area < 900
                && number(digits, 3, 5) != 0
                && number(digits, 5, 9) != 0
                && digits.chars().distinct().count() > 1
                && !digits.equals("123456789");
    }

    /** American Bankers Association: weights 3, 7, 1. */
    static boolean usRouting(String digits) {
        return digits.length() == 9
                && digits.charAt(0) <= '3'
                && digits.chars().distinct().count() > 2
                && weighted(digits, 3, 7, 1, 3, 7, 1, 3, 7, 1) % 10 == 0;
    }

    /** GB 11643-1999: ISO 7064 mod 11-2 over seventeen digits, with a date of birth within. */
    static boolean cnResident(String text) {
        if (text.length() != 18 || !text.substring(0, 17).chars().allMatch(Character::isDigit)) {
            return false;
        }
        int sum = weighted(text, 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2);
        int year = number(text, 6, 10);
        return "10X98765432".charAt(sum % 11) == text.charAt(17)
                && year >= 1880
                && year <= 2100
                && monthAndDay(number(text, 10, 12), number(text, 12, 14));
    }

    /** Steuer-Identifikationsnummer: ISO 7064 mod 11,10; one digit of the first ten repeats. */
    static boolean deTax(String digits) {
        if (digits.length() != 11 || digits.charAt(0) == '0') {
            return false;
        }
        long different = digits.substring(0, 10).chars().distinct().count();
        if (different < 8 || different > 9) {
            return false;
        }
        int product = 10;
        for (int i = 0; i < 10; i++) {
            int sum = (digits.charAt(i) - '0' + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }
        return (11 - product) % 10 == digits.charAt(10) - '0';
    }

    /** ICAO Doc 9303 part 3 §4.9: weights 7, 3, 1; the last character checks the others. */
    static boolean documentCheck(String text) {
        if (text.length() != 10 || !Character.isDigit(text.charAt(9))) {
            return false;
        }
        int sum = 0;
        int[] weights = {7, 3, 1};
        for (int i = 0; i < 9; i++) {
            sum += Character.digit(text.charAt(i), 36) * weights[i % 3];
        }
        return sum % 10 == text.charAt(9) - '0';
    }

    /** Numéro d'inscription au répertoire: 97 less the number mod 97; Corsica counts as 19, 18. */
    static boolean frNir(String text) {
        if (text.length() != 15) {
            return false;
        }
        String number = text.substring(0, 13).replace("2A", "19").replace("2B", "18");
        String key = text.substring(13);
        if (!number.chars().allMatch(Character::isDigit)
                || !key.chars().allMatch(Character::isDigit)) {
            return false;
        }
        return 97 - Long.parseLong(number) % 97 == Integer.parseInt(key);
    }

    /** DNI and NIE: the letter is the number mod 23; X, Y, Z stand for 0, 1, 2. */
    static boolean esDni(String text) {
        if (text.length() != 9) {
            return false;
        }
        int foreign = "XYZ".indexOf(text.charAt(0));
        String number = (foreign < 0 ? text.substring(0, 1) : "" + foreign) + text.substring(1, 8);
        return number.chars().allMatch(Character::isDigit)
                && "TRWAGMYFPDXBNJZSQVHLCKE".charAt(Integer.parseInt(number) % 23)
                        == text.charAt(8);
    }

    /** Codice fiscale: odd and even places have values of their own; the sum mod 26 is a letter. */
    static boolean itFiscal(String text) {
        if (text.length() != 16) {
            return false;
        }
        int[] odd = {
            1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25,
            24, 23
        };
        int sum = 0;
        for (int i = 0; i < 15; i++) {
            char c = text.charAt(i);
            int value = c >= 'A' ? c - 'A' : c - '0';
            sum += i % 2 == 0 ? odd[value] : value;
        }
        return text.charAt(15) == 'A' + sum % 26;
    }

    /** Burgerservicenummer: the eleven test, the last digit with weight -1. */
    static boolean nlBsn(String digits) {
        return digits.length() == 9
                && digits.chars().distinct().count() > 2
                && weighted(digits, 9, 8, 7, 6, 5, 4, 3, 2, -1) % 11 == 0;
    }

    /** Rijksregisternummer: 97 less the number mod 97; from 2000 on with a 2 in front. */
    static boolean beNational(String digits) {
        if (digits.length() != 11 || number(digits, 2, 4) > 12 || number(digits, 4, 6) > 31) {
            return false;
        }
        long number = Long.parseLong(digits.substring(0, 9));
        int check = number(digits, 9, 11);
        return 97 - number % 97 == check || 97 - (2_000_000_000L + number) % 97 == check;
    }

    /** PESEL: weights 1, 3, 7, 9; the century is in the month. */
    static boolean plPesel(String digits) {
        return digits.length() == 11
                && monthAndDay(number(digits, 2, 4) % 20, number(digits, 4, 6))
                && (10 - weighted(digits, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3) % 10) % 10
                        == digits.charAt(10) - '0';
    }

    /** Personnummer: Luhn over the last ten digits; a coordination number adds 60 to the day. */
    static boolean sePersonal(String digits) {
        if (digits.length() != 10 && digits.length() != 12) {
            return false;
        }
        String ten = digits.substring(digits.length() - 10);
        return monthAndDay(number(ten, 2, 4), number(ten, 4, 6) % 60) && Checksums.luhn(ten);
    }

    /** Henkilötunnus, with its separator: the check is the number mod 31. */
    static boolean fiPersonal(String value) {
        if (value.length() != 11) {
            return false;
        }
        String digits = value.substring(0, 6) + value.substring(7, 10);
        return digits.chars().allMatch(c -> c >= '0' && c <= '9')
                && monthAndDay(number(digits, 2, 4), number(digits, 0, 2))
                && "0123456789ABCDEFHJKLMNPRSTUVWXY".charAt(Integer.parseInt(digits) % 31)
                        == Character.toUpperCase(value.charAt(10));
    }

    /** CPR: a date in front. Numbers given since 2007 need not pass the eleven test. */
    static boolean dkCpr(String digits) {
        return digits.length() == 10 && monthAndDay(number(digits, 2, 4), number(digits, 0, 2));
    }

    /** NIF: weights 9 to 2. */
    static boolean ptNif(String digits) {
        if (digits.length() != 9 || "123568".indexOf(digits.charAt(0)) < 0) {
            return false;
        }
        int check = 11 - weighted(digits, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
        return (check > 9 ? 0 : check) == digits.charAt(8) - '0';
    }

    /** Austrian social insurance: the fourth digit checks the others. */
    static boolean atSsn(String digits) {
        return digits.length() == 10
                && digits.charAt(0) != '0'
                && weighted(digits, 3, 7, 9, 0, 5, 8, 4, 2, 1, 6) % 11 == digits.charAt(3) - '0'
                && monthAndDay(Math.max(1, number(digits, 6, 8) % 12), number(digits, 4, 6));
    }

    /** PPS number: seven digits, a letter of the sum mod 23, perhaps a second letter. */
    static boolean iePps(String text) {
        if (text.length() < 8
                || text.length() > 9
                || !text.substring(0, 7).chars().allMatch(Character::isDigit)) {
            return false;
        }
        int second = text.length() == 9 ? text.charAt(8) - 'A' + 1 : 0;
        int sum = weighted(text, 8, 7, 6, 5, 4, 3, 2) + 9 * (second == 'W' - 'A' + 1 ? 0 : second);
        return "WABCDEFGHIJKLMNOPQRSTUV".charAt(Math.floorMod(sum, 23)) == text.charAt(7);
    }

    /** NHS number: weights 10 to 2; 10 as a check is never given. */
    static boolean ukNhs(String digits) {
        if (digits.length() != 10 || digits.chars().distinct().count() < 3) {
            return false;
        }
        int check = 11 - weighted(digits, 10, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
        return (check == 11 ? 0 : check) == digits.charAt(9) - '0';
    }

    /** National Insurance number: prefixes that HMRC does not give. */
    static boolean ukNino(String text) {
        if (text.length() != 9) {
            return false;
        }
        String prefix = text.substring(0, 2);
        return "DFIQUV".indexOf(prefix.charAt(0)) < 0
                && "DFIOQUV".indexOf(prefix.charAt(1)) < 0
                && !"BG GB NK KN TN NT ZZ".contains(prefix);
    }
}
