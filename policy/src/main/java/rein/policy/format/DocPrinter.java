package rein.policy.format;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Decides the line breaks of a {@link Doc} in one pass, without recursion: what is still to be
 * printed waits on a stack. Looking ahead ends at the line's width.
 */
final class DocPrinter {
    /** As in Cedar's own formatter. */
    static final int COLUMNS_MAX = 80;

    private record Waiting(Doc doc, int indent, boolean flat) {}

    private final StringBuilder out = new StringBuilder();
    private final Deque<Waiting> stack = new ArrayDeque<>();
    private int column;
    private boolean lineMustEnd;

    static String print(Doc doc) {
        DocPrinter printer = new DocPrinter();
        printer.stack.push(new Waiting(doc, 0, false));
        while (!printer.stack.isEmpty()) {
            printer.step(printer.stack.pop());
        }
        return printer.out.toString();
    }

    private void step(Waiting next) {
        int indent = next.indent;
        switch (next.doc) {
            case Doc.Text(String text) -> {
                endLineIfNeeded(indent);
                append(text);
            }
            case Doc.Space() -> {
                if (!lineMustEnd && !atLineStart()) {
                    append(" ");
                }
            }
            case Doc.Line(String flat) -> {
                if (next.flat) {
                    append(flat);
                } else {
                    breakLine(indent);
                }
            }
            case Doc.Break(boolean blank) -> {
                breakLine(0);
                if (blank) {
                    out.append('\n');
                }
                indent(indent);
            }
            case Doc.Comment comment -> comment(comment, indent);
            case Doc.Concat(var parts) -> {
                for (int i = parts.size() - 1; i >= 0; i--) {
                    stack.push(new Waiting(parts.get(i), indent, next.flat));
                }
            }
            case Doc.Nest(int columns, Doc of) ->
                    stack.push(new Waiting(of, indent + columns, next.flat));
            case Doc.Group(Doc of) -> {
                boolean fits = next.flat || (!lineMustEnd && fits(of));
                stack.push(new Waiting(of, indent, fits));
            }
        }
    }

    private void comment(Doc.Comment comment, int indent) {
        if (comment.alone()) {
            endLineIfNeeded(indent);
            if (!atLineStart()) {
                breakLine(indent);
            }
        } else if (lineMustEnd) {
            breakLine(indent);
        } else if (!atLineStart()) {
            append(" ");
        }
        append(comment.text());
        lineMustEnd = true;
    }

    private void endLineIfNeeded(int indent) {
        if (lineMustEnd) {
            breakLine(indent);
        }
    }

    /** Ends the line; one that holds only its indentation is used again. */
    private void breakLine(int indent) {
        lineMustEnd = false;
        int end = out.length();
        while (end > 0 && out.charAt(end - 1) == ' ') {
            end--;
        }
        out.setLength(end);
        if (end > 0 && out.charAt(end - 1) != '\n') {
            out.append('\n');
        }
        column = 0;
        indent(indent);
    }

    private void indent(int indent) {
        out.repeat(' ', indent);
        column = indent;
    }

    private boolean atLineStart() {
        for (int i = out.length() - 1; i >= 0 && out.charAt(i) != '\n'; i--) {
            if (out.charAt(i) != ' ') {
                return false;
            }
        }
        return true;
    }

    private void append(String text) {
        out.append(text);
        column += text.length();
    }

    /** Whether the group and what follows it up to the next possible line break fit. */
    private boolean fits(Doc group) {
        int left = COLUMNS_MAX - column;
        Deque<Waiting> ahead = new ArrayDeque<>();
        ahead.push(new Waiting(group, 0, true));
        Iterator<Waiting> rest = stack.iterator();
        while (left >= 0) {
            if (ahead.isEmpty()) {
                if (!rest.hasNext()) {
                    return true;
                }
                ahead.push(rest.next());
            }
            Waiting next = ahead.pop();
            switch (next.doc) {
                case Doc.Text(String text) -> left -= text.length();
                case Doc.Space() -> left--;
                case Doc.Line(String flat) -> {
                    if (!next.flat) {
                        return true;
                    }
                    left -= flat.length();
                }
                case Doc.Break _ -> {
                    return !next.flat;
                }
                case Doc.Comment comment -> {
                    // Behind the group, or as its end, a comment may hang over the line's end.
                    return !next.flat || (!comment.alone() && ahead.isEmpty());
                }
                case Doc.Concat(var parts) -> {
                    for (int i = parts.size() - 1; i >= 0; i--) {
                        ahead.push(new Waiting(parts.get(i), 0, next.flat));
                    }
                }
                case Doc.Nest(_, Doc of) -> ahead.push(new Waiting(of, 0, next.flat));
                case Doc.Group(Doc of) -> ahead.push(new Waiting(of, 0, next.flat));
            }
        }
        return false;
    }
}
