package rein.audit;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import rein.vocabulary.Draft;
import rein.vocabulary.RecordRefusedException;
import rein.vocabulary.RecordRefusedException.Code;

/**
 * Puts a draft's content away before the record is written. Runs on the caller's thread; safe for
 * any.
 *
 * @param fallbackOwner whose key is used where neither a run nor a person is named
 */
record ContentKeeper(Optional<ContentStore> content, Reserve reserve, String fallbackOwner) {
    /**
     * What is left to write.
     *
     * @param draft with what was cut or lost counted in its sizes
     */
    record Kept(Draft draft, Optional<String> ref) {}

    Kept keep(Draft draft, Instant happened) throws RecordRefusedException {
        if (draft.content().isEmpty()) {
            return new Kept(draft, Optional.empty());
        }
        ContentStore.Kept kept = stored(draft, happened);
        return new Kept(marked(draft, kept), kept.ref());
    }

    private ContentStore.Kept stored(Draft draft, Instant happened) throws RecordRefusedException {
        // A stop is recorded even if what was said about it cannot be kept.
        boolean mustPass = reserve.mayUse(draft.kind());
        String owner =
                draft.run().map(run -> run.agent().owner()).or(draft::person).orElse(fallbackOwner);
        try {
            if (content.isPresent()) {
                return content.get().keep(owner, draft.content(), happened);
            }
        } catch (AuditException | IOException e) {
            if (!mustPass) {
                Code code = e instanceof NoRoomException ? Code.DISK_FULL : Code.BROKEN;
                throw new RecordRefusedException(
                        code,
                        "The content of a record could not be kept: "
                                + e.getMessage()
                                + ". Free some room or check the disk.",
                        e);
            }
        }
        if (!mustPass) {
            throw new RecordRefusedException(
                    Code.BROKEN, "This log keeps no content. Record it without content.");
        }
        return ContentStore.Kept.lost(draft.content());
    }

    private static Draft marked(Draft draft, ContentStore.Kept kept) {
        if (kept.truncatedBytes() == 0 && kept.lostBytes() == 0) {
            return draft;
        }
        TreeMap<String, Long> sizes = new TreeMap<>(draft.sizes());
        if (kept.truncatedBytes() > 0) {
            sizes.put("truncated", kept.truncatedBytes());
        }
        if (kept.lostBytes() > 0) {
            sizes.put("content-lost-bytes", kept.lostBytes());
        }
        return new Draft(
                draft.kind(),
                draft.source(),
                draft.run(),
                draft.person(),
                draft.door(),
                draft.action(),
                draft.resource(),
                draft.decision(),
                draft.snapshot(),
                sizes,
                draft.detail(),
                draft.content(),
                draft.cause());
    }
}
