-- Who is calling: tokens of persons, and the one-time tokens that start an installation.
-- Only the SHA-256 of a token is here; the token itself is nowhere.

CREATE TABLE token (
    tenant    text COLLATE "C" NOT NULL,
    id        text COLLATE "C" NOT NULL CHECK (id ~ '^[0-9a-f]{12}$'),
    kind      text NOT NULL CHECK (kind IN ('BOOTSTRAP', 'PERSON')),
    person    text COLLATE "C" NOT NULL,
    roles     text[] NOT NULL CHECK (cardinality(roles) <= 16),
    hash      text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
    issued_by text NOT NULL,
    created   timestamptz NOT NULL,
    expires   timestamptz NOT NULL,
    used      timestamptz,
    revoked   timestamptz,
    last_used timestamptz,
    PRIMARY KEY (tenant, id)
);
