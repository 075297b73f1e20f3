package rein.server.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import rein.server.api.ApprovalAnswer;
import rein.server.api.ApprovalRequest;
import rein.server.api.ApprovalsView;
import rein.server.api.DenialView;
import rein.server.api.RecordView;
import rein.server.api.RevokeRequest;
import rein.server.http.Json;

/**
 * Shows denials that could be lifted as they come, each with the line that allows it, and asks
 * about each where somebody can answer. One destination of one run is shown once, until it was
 * allowed in between. The main thread prints and asks; a virtual one reads the feed, and waits when
 * too much is unread.
 */
final class ApprovalsWatch {
    /** More than anybody answers; the feed waits, and the server reads on from the log. */
    private static final int WAITING_MAX = 256;

    /** Denials that were shown; the oldest is forgotten first and might be shown again. */
    private static final int SHOWN_MAX = 4_096;

    private static final String DATA = "data: ";
    private static final long DAY_SECONDS = 24 * 60 * 60;

    private final ControlPlaneClient client;
    private final PrintWriter out;
    private final boolean json;
    private final boolean asks;
    private final BlockingQueue<Optional<RecordView>> feed = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Map<String, Boolean> shown =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                    return size() > SHOWN_MAX;
                }
            };

    ApprovalsWatch(ControlPlaneClient client, PrintWriter out, boolean json, boolean asks) {
        this.client = client;
        this.out = out;
        this.json = json;
        this.asks = asks;
    }

    /** Returns when the control plane ends the feed. */
    void run() throws IOException, InterruptedException {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                client.follow("/v1/approvals/live"), StandardCharsets.UTF_8))) {
            // The feed's first line says that it is there: what is denied from here on comes.
            String _ = lines.readLine();
            if (!json) {
                out.println("Waiting for denials that could be lifted; end with Ctrl-C.");
                out.flush();
            }
            for (DenialView denial : client.get("/v1/approvals", ApprovalsView.class).denials()) {
                offer(denial);
            }
            Thread.ofVirtual().name("approvals-feed").start(() -> read(lines));
            for (Optional<RecordView> next = feed.take(); next.isPresent(); next = feed.take()) {
                see(next.get());
            }
        }
    }

    private void read(BufferedReader lines) {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(DATA)) {
                    feed.put(
                            Optional.of(
                                    Json.MAPPER.readValue(
                                            line.substring(DATA.length()), RecordView.class)));
                }
            }
            feed.put(Optional.empty());
        } catch (IOException over) {
            boolean _ = feed.offer(Optional.empty());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void see(RecordView record) {
        if (record.approve().isEmpty()) {
            came(record);
            return;
        }
        if (shown.containsKey(record.approve().get())) {
            return;
        }
        try {
            offer(client.get("/v1/approvals/" + record.approve().get(), DenialView.class));
        } catch (CommandException gone) {
            // Its run was forgotten meanwhile; there is nothing to allow any more.
            return;
        }
    }

    /** What came of a denial: it may be denied, and asked about, anew. */
    private void came(RecordView record) {
        String denial = record.detail().getOrDefault("denial", "");
        if (denial.length() < 8) {
            return;
        }
        String id = denial.substring(denial.length() - 8);
        if (json) {
            Output.json(out, record);
        } else if (record.kind().equals("grant-proposed")) {
            out.println(
                    Output.plain(
                            id
                                    + "  "
                                    + record.person().orElse("")
                                    + " approved it; a second person is needed"));
        } else {
            out.println(
                    Output.plain(
                            id
                                    + "  "
                                    + came(record.kind(), record.detail().getOrDefault("how", ""))
                                    + record.person().map(who -> " by " + who).orElse("")));
        }
        out.flush();
        if (!record.kind().equals("grant-proposed")) {
            shown.remove(id);
        }
    }

    private static String came(String kind, String how) {
        return switch (kind) {
            case "granted" -> "allowed";
            case "approval-ended" -> how.equals("approved") ? "let through" : how;
            default -> "over";
        };
    }

    private void offer(DenialView denial) {
        if (shown.put(denial.shortId(), true) != null) {
            return;
        }
        if (json) {
            Output.json(out, denial);
            out.flush();
            return;
        }
        String terms = denial.proposed().map(p -> " " + p.terms()).orElse("");
        out.println(ApproveCommand.said(denial) + "  →  rein approve " + denial.shortId() + terms);
        out.flush();
        if (asks) {
            ask(denial);
        }
    }

    private void ask(DenialView denial) {
        if (denial.held().isPresent()) {
            askOnce(denial);
            return;
        }
        out.print("Allow? [r]un, [o]nce, for a [d]ay; anything else: no. ");
        out.flush();
        String answer = Answers.line();
        Optional<String> terms =
                switch (answer) {
                    case "r" -> Optional.of("run");
                    case "o" -> Optional.of("once");
                    case "d" -> Optional.of("time");
                    default -> Optional.empty();
                };
        if (terms.isPresent()) {
            Optional<Long> seconds =
                    answer.equals("d") ? Optional.of(DAY_SECONDS) : Optional.empty();
            approve(denial, terms, seconds);
        }
    }

    /** What waits is let through once, refused, or left to whoever else is asked. */
    private void askOnce(DenialView waiting) {
        out.print("Let it through? [y]es, [n]o; anything else: leave it. ");
        out.flush();
        switch (Answers.line()) {
            case "y" -> approve(waiting, Optional.of("once"), Optional.empty());
            case "n" -> refuse(waiting);
            default -> {}
        }
    }

    private void refuse(DenialView waiting) {
        try {
            var _ =
                    client.post(
                            "/v1/approvals/" + waiting.id() + "/deny",
                            new RevokeRequest(Optional.empty()),
                            ApprovalAnswer.class);
            out.println("Refused.");
        } catch (CommandException late) {
            out.println(Output.plain(String.valueOf(late.getMessage())));
        }
        out.flush();
    }

    private void approve(DenialView denial, Optional<String> terms, Optional<Long> seconds) {
        try {
            int _ =
                    ApproveCommand.give(
                            client,
                            out,
                            new ApprovalRequest(
                                    denial.id().toString(), terms, seconds, Optional.empty()),
                            false);
        } catch (CommandException refused) {
            out.println(Output.plain(String.valueOf(refused.getMessage())));
            out.flush();
        }
    }
}
