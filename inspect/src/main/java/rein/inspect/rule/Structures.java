package rein.inspect.rule;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import rein.inspect.gate.Ascii;

/** Whether a candidate is built like the thing it looks like. */
final class Structures {
    private static final int LABEL_CHARS_MAX = 63;

    private Structures() {}

    /** RFC 7519: the first part is a JSON object that names an algorithm. */
    static boolean jwt(String value) {
        int dot = value.indexOf('.');
        if (dot < 0) {
            return false;
        }
        try {
            byte[] header = Base64.getUrlDecoder().decode(value.substring(0, dot));
            String text = new String(header, StandardCharsets.UTF_8).strip();
            return text.startsWith("{") && text.endsWith("}") && text.contains("\"alg\"");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static boolean lettersAndDigits(String value) {
        return value.chars().anyMatch(Ascii::isDigit) && value.chars().anyMatch(Ascii::isLetter);
    }

    static boolean hexOnly(String value) {
        return value.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == '-');
    }

    /**
     * Whether it is no name that a person chose: identifiers, paths and sentences have long runs of
     * letters of one case, random text changes its kind of character every second or third time.
     */
    static boolean notAWord(String value) {
        int changes = 0;
        int length = 0;
        int before = 0;
        for (int i = 0; i < value.length(); i++) {
            int kind = kind(value.charAt(i));
            if (kind == 4) { // dashes and points part words; they say nothing of them
                continue;
            }
            if (before != 0 && kind != before) {
                changes++;
            }
            before = kind;
            length++;
        }
        return changes * 4 >= length;
    }

    private static int kind(char c) {
        if (Ascii.isDigit(c)) {
            return 1;
        }
        if (Ascii.isLower(c)) {
            return 2;
        }
        return Ascii.isUpper(c) ? 3 : 4;
    }

    static boolean ipv4(String value) {
        String[] parts = value.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            if (part.isEmpty()
                    || part.length() > 3
                    || (part.length() > 1 && part.charAt(0) == '0')
                    || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }

    /** Day, month and year in any usual order. */
    static boolean date(String value) {
        String[] parts = value.split("[./-]", -1);
        if (parts.length != 3) {
            return false;
        }
        int first = Integer.parseInt(parts[0]);
        int second = Integer.parseInt(parts[1]);
        int third = Integer.parseInt(parts[2]);
        if (parts[0].length() == 4) {
            return second >= 1 && second <= 12 && third >= 1 && third <= 31;
        }
        boolean days = first >= 1 && first <= 31 && second >= 1 && second <= 31;
        return days && Math.min(first, second) <= 12;
    }

    /** RFC 5321 §4.5.3.1 sizes and labels that a domain may have. */
    static boolean email(String value) {
        int at = value.indexOf('@');
        String local = value.substring(0, Math.max(at, 0));
        String domain = value.substring(at + 1);
        if (local.isEmpty()
                || local.length() > 64
                || local.startsWith(".")
                || local.endsWith(".")) {
            return false;
        }
        for (String label : domain.split("\\.", -1)) {
            if (label.isEmpty()
                    || label.length() > LABEL_CHARS_MAX
                    || label.startsWith("-")
                    || label.endsWith("-")) {
                return false;
            }
        }
        return !local.contains("..");
    }
}
