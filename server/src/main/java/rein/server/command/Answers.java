package rein.server.command;

import java.io.Console;
import java.util.Locale;
import java.util.Optional;

/** What a person at the terminal answers. */
final class Answers {
    private Answers() {}

    /** The next line; empty text where there is nobody any more. */
    static String line() {
        return Optional.ofNullable(System.console())
                .map(Console::readLine)
                .map(String::strip)
                .orElse("");
    }

    /** Only a plain yes is one. */
    static boolean yes(String line) {
        String answer = line.toLowerCase(Locale.ROOT);
        return answer.equals("y") || answer.equals("yes");
    }
}
