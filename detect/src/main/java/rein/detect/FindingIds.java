package rein.detect;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.UUID;

/**
 * Ids of findings: UUIDv7 (RFC 9562 §5.7) whose random bits are a digest of what the finding rests
 * on, so that the same records give the same id, on the node and in a replay.
 */
final class FindingIds {
    private FindingIds() {}

    static UUID of(Match match, UUID run, Instant happened) {
        MessageDigest digest = sha256();
        digest.update(text(run.toString()));
        digest.update(text(match.rule().id()));
        digest.update(text(match.goal()));
        digest.update(text(match.severity().name()));
        for (Evidence evidence : match.evidence()) {
            digest.update(text(evidence.record().toString()));
        }
        ByteBuffer bits = ByteBuffer.wrap(digest.digest());
        long high = happened.toEpochMilli() << 16 | 0x7000L | (bits.getLong() & 0x0fffL);
        long low = 0x8000_0000_0000_0000L | (bits.getLong() & 0x3fff_ffff_ffff_ffffL);
        return new UUID(high, low);
    }

    private static byte[] text(String text) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
