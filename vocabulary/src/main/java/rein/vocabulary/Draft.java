package rein.vocabulary;

import static java.util.Collections.unmodifiableSortedMap;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What a stage has to say for the audit log. The recorder adds who wrote it and when ({@link
 * Stamp}).
 *
 * <p>{@code detail} holds ids, enums, addresses and digests. Free text (argv, URL paths, arguments,
 * file names) goes into {@code content}, which is stored apart, encrypted and deletable, and never
 * enters a leaf.
 *
 * @param person the person acting, for admin acts
 * @param snapshot number of the policy snapshot decided on; 0 where no decision was made
 * @param sizes bytes, counts and durations, each name carrying its unit: {@code sent-bytes}
 * @param cause id of the record that led to this one
 */
public record Draft(
        Kind kind,
        Source source,
        Optional<Run> run,
        Optional<String> person,
        Optional<Door> door,
        Optional<Action> action,
        Optional<EntityUid> resource,
        Optional<Decision> decision,
        long snapshot,
        SortedMap<String, Long> sizes,
        SortedMap<String, String> detail,
        SortedMap<String, String> content,
        Optional<UUID> cause) {

    /** Whether Rein saw it happen or somebody said so. */
    public enum Source {
        OBSERVED,
        DECLARED
    }

    public Draft {
        sizes = unmodifiableSortedMap(new TreeMap<>(sizes));
        detail = unmodifiableSortedMap(new TreeMap<>(detail));
        content = unmodifiableSortedMap(new TreeMap<>(content));
    }

    public static Builder of(Kind kind) {
        return new Builder(kind);
    }

    /** Collects a draft; used by one thread and thrown away. */
    public static final class Builder {
        private final Kind kind;
        private Source source = Source.OBSERVED;
        private Optional<Run> run = Optional.empty();
        private Optional<String> person = Optional.empty();
        private Optional<Door> door = Optional.empty();
        private Optional<Action> action = Optional.empty();
        private Optional<EntityUid> resource = Optional.empty();
        private Optional<Decision> decision = Optional.empty();
        private long snapshot;
        private final SortedMap<String, Long> sizes = new TreeMap<>();
        private final SortedMap<String, String> detail = new TreeMap<>();
        private final SortedMap<String, String> content = new TreeMap<>();
        private Optional<UUID> cause = Optional.empty();

        private Builder(Kind kind) {
            this.kind = kind;
        }

        public Builder source(Source value) {
            source = value;
            return this;
        }

        public Builder run(Run value) {
            run = Optional.of(value);
            return this;
        }

        public Builder person(String value) {
            person = Optional.of(value);
            return this;
        }

        public Builder door(Door value) {
            door = Optional.of(value);
            return this;
        }

        public Builder asked(Action toDo, EntityUid on) {
            action = Optional.of(toDo);
            resource = Optional.of(on);
            return this;
        }

        public Builder decided(Decision value, long onSnapshot) {
            decision = Optional.of(value);
            snapshot = onSnapshot;
            return this;
        }

        public Builder size(String name, long value) {
            sizes.put(name, value);
            return this;
        }

        public Builder detail(String name, String value) {
            detail.put(name, value);
            return this;
        }

        public Builder details(Map<String, String> values) {
            detail.putAll(values);
            return this;
        }

        /** Free text: stored apart, encrypted under the owner's key, deletable. */
        public Builder content(String name, String text) {
            content.put(name, text);
            return this;
        }

        public Builder cause(UUID record) {
            cause = Optional.of(record);
            return this;
        }

        public Draft build() {
            return new Draft(
                    kind, source, run, person, door, action, resource, decision, snapshot, sizes,
                    detail, content, cause);
        }
    }
}
