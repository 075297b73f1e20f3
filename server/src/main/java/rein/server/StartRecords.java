package rein.server;

import rein.sandbox.SelfTestReport;
import rein.server.command.Version;
import rein.server.node.Node;
import rein.vocabulary.Draft;
import rein.vocabulary.Kind;

/** What is recorded when a node has started. */
final class StartRecords {
    private StartRecords() {}

    static Draft started(SelfTestReport report) {
        return Draft.of(Kind.NODE_STARTED)
                .detail("version", Version.text())
                .detail("level", Node.label(report.level()))
                .detail("pid", String.valueOf(ProcessHandle.current().pid()))
                .build();
    }

    /** What was tried and whether it held, in one record. */
    static Draft selfTested(SelfTestReport report) {
        Draft.Builder draft =
                Draft.of(Kind.SELF_TEST)
                        .detail("level", Node.label(report.level()))
                        .size("elapsed-micros", report.elapsedMicros());
        for (SelfTestReport.Attempt attempt : report.attempts()) {
            draft.detail(attempt.name(), attempt.held() ? "held" : "not-held");
            draft.content(attempt.name(), attempt.happened());
        }
        return draft.build();
    }
}
