package rein.server.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import rein.server.http.Json;

/** How commands print: aligned columns for people, one JSON document a line for scripts. */
final class Output {
    private Output() {}

    static void json(PrintWriter out, Object value) {
        out.println(Json.MAPPER.writeValueAsString(value));
    }

    static void table(PrintWriter out, List<List<String>> rows) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        List<Integer> widths =
                IntStream.range(0, columns)
                        .map(c ->
                                rows.stream()
                                        .mapToInt(row -> plain(row.get(c)).length())
                                        .max()
                                        .orElse(0))
                        .boxed()
                        .toList();
        for (List<String> row : rows) {
            out.println(
                    IntStream.range(0, row.size())
                            .mapToObj(c ->
                                    pad(plain(row.get(c)), c == row.size() - 1 ? 0 : widths.get(c)))
                            .collect(Collectors.joining("  ")));
        }
    }

    /**
     * Text that an agent may have chosen: control characters become dots, so that it cannot drive
     * the terminal.
     */
    static String plain(String text) {
        return text.codePoints()
                .map(c ->
                        Character.isISOControl(c) || Character.getType(c) == Character.FORMAT
                                ? '·'
                                : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
