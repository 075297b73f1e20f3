package rein.server.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Remembers the answers to writes that carried an Idempotency-Key, so that a repeated request does
 * not act twice. Only answers are kept, not failures: a request that failed may be tried again with
 * the same key.
 */
public final class IdempotentAnswers {
    /**
     * Retries come within seconds; this many writes with a key are far more than arrive meanwhile.
     */
    private static final int ANSWERS_MAX = 1_000;

    private static final int KEY_CHARS_MAX = 200;

    /** Makes the answer. */
    @FunctionalInterface
    interface Making {
        byte[] make() throws Exception;
    }

    private record Key(String caller, String path, String key) {}

    private record Answer(String bodyDigest, String json) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Answer> answers = new LinkedHashMap<>();

    byte[] once(Call call, byte[] body, Making making) throws Exception {
        Optional<String> header = call.exchange().header("Idempotency-Key");
        if (header.isEmpty()) {
            return making.make();
        }
        if (header.get().length() > KEY_CHARS_MAX) {
            throw new ProblemException(
                    400,
                    "bad-idempotency-key",
                    "An Idempotency-Key has at most " + KEY_CHARS_MAX + " characters.");
        }
        Key key = new Key(call.caller().toString(), call.exchange().path(), header.get());
        String digest = sha256(body);
        // One lock for all writes with a key: they are rare, and a second request must wait for the
        // first one's answer.
        lock.lock();
        try {
            Answer known = answers.get(key);
            if (known != null) {
                if (!known.bodyDigest().equals(digest)) {
                    throw new ProblemException(
                            422,
                            "idempotency-key-reused",
                            "This Idempotency-Key was used with another body.");
                }
                return known.json().getBytes(StandardCharsets.UTF_8);
            }
            byte[] answer = making.make();
            answers.put(key, new Answer(digest, new String(answer, StandardCharsets.UTF_8)));
            if (answers.size() > ANSWERS_MAX) {
                answers.remove(answers.keySet().iterator().next());
            }
            return answer;
        } finally {
            lock.unlock();
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
