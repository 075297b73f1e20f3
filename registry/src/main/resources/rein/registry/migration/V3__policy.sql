-- The policy sets of an organisation: every version of every scope, who wrote it and why.
-- What comes with the product is not here; it stands beside these and is version 0 of its scope.

CREATE TABLE policy_version (
    tenant         text COLLATE "C" NOT NULL,
    -- fleet, blueprint:NAME or agent:NAME
    scope          text COLLATE "C" NOT NULL CHECK (length(scope) BETWEEN 1 AND 160),
    number         integer NOT NULL CHECK (number > 0),
    state          text NOT NULL CHECK (state IN ('DRAFT', 'SHADOW', 'WARN', 'ENFORCE', 'RETIRED')),
    body           text NOT NULL CHECK (length(body) <= 524288),
    tests          text NOT NULL CHECK (length(tests) <= 262144),
    author         text COLLATE "C" NOT NULL CHECK (length(author) BETWEEN 1 AND 256),
    reason         text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2048),
    created        timestamptz NOT NULL,
    changed        timestamptz NOT NULL,
    changed_by     text COLLATE "C" NOT NULL CHECK (length(changed_by) BETWEEN 1 AND 512),
    -- base64 Ed25519 of the control plane's key over all of the above but the times
    signature      text NOT NULL,
    proposed_state text CHECK (proposed_state IN ('SHADOW', 'WARN', 'ENFORCE', 'RETIRED')),
    proposed_by    text CHECK (length(proposed_by) <= 512),
    proposed_at    timestamptz,
    PRIMARY KEY (tenant, scope, number),
    CHECK ((proposed_state IS NULL) = (proposed_by IS NULL)),
    CHECK ((proposed_state IS NULL) = (proposed_at IS NULL))
);

-- At most one version of a scope is enforced, and at most one is tried beside it.
CREATE UNIQUE INDEX policy_enforced ON policy_version (tenant, scope) WHERE state = 'ENFORCE';
CREATE UNIQUE INDEX policy_tried ON policy_version (tenant, scope) WHERE state IN ('SHADOW', 'WARN');
