-- Who exists, who owns it, what it is for.
-- The tenant (a SPIFFE trust domain) leads every primary key and every index.
-- Text is ordered by code point (COLLATE "C"), so that a page's cursor means the same on every server.

CREATE TABLE person (
    tenant  text COLLATE "C" NOT NULL,
    name    text COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 128),
    created timestamptz NOT NULL,
    PRIMARY KEY (tenant, name)
);

CREATE TABLE blueprint (
    tenant    text COLLATE "C" NOT NULL,
    name      text COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 128),
    publisher text NOT NULL,
    charter   text,
    pack      text NOT NULL,
    created   timestamptz NOT NULL,
    PRIMARY KEY (tenant, name)
);

CREATE TABLE agent (
    tenant    text COLLATE "C" NOT NULL,
    id        uuid NOT NULL,
    name      text COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 128),
    blueprint text COLLATE "C" NOT NULL,
    owner     text COLLATE "C" NOT NULL,
    sponsors  text[] NOT NULL CHECK (cardinality(sponsors) <= 64),
    state     text NOT NULL CHECK (state IN ('PROPOSED', 'ACTIVE', 'SUSPENDED', 'RETIRED')),
    charter   text CHECK (length(charter) <= 4096),
    created   timestamptz NOT NULL,
    changed   timestamptz NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, name),
    FOREIGN KEY (tenant, blueprint) REFERENCES blueprint (tenant, name),
    FOREIGN KEY (tenant, owner) REFERENCES person (tenant, name)
);
CREATE INDEX agent_by_owner ON agent (tenant, owner, name);
CREATE INDEX agent_by_blueprint ON agent (tenant, blueprint, name);
CREATE INDEX agent_by_state ON agent (tenant, state, name);
CREATE INDEX agent_by_change ON agent (tenant, changed DESC);

CREATE TABLE run (
    tenant    text COLLATE "C" NOT NULL,
    id        uuid NOT NULL,
    parent    uuid,
    agent     uuid NOT NULL,
    node      text COLLATE "C" NOT NULL,
    level     text NOT NULL CHECK (level IN ('OBSERVE', 'GATEWAY', 'CONTAINED')),
    labels    jsonb NOT NULL,
    started   timestamptz NOT NULL,
    ended     timestamptz,
    how       text CHECK (how IN ('EXITED', 'STOPPED', 'LOST')),
    exit_code integer,
    -- People type the last digits of an id; reversed, they are a prefix that an index finds.
    reversed  text COLLATE "C" NOT NULL
        GENERATED ALWAYS AS (reverse(replace(id::text, '-', ''))) STORED,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, agent) REFERENCES agent (tenant, id),
    CHECK ((ended IS NULL) = (how IS NULL)),
    CHECK (exit_code IS NULL OR how IS NOT NULL)
);
CREATE INDEX run_by_short_id ON run (tenant, reversed);
CREATE INDEX run_by_agent ON run (tenant, agent, id DESC);
CREATE INDEX run_open ON run (tenant, node, id) WHERE ended IS NULL;
