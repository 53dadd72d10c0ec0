-- What a node holds as it was signed, and what is its own business. Migrated, never rebuilt.

CREATE TABLE local (          -- this node's own settings and keys; never sent
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE changes (        -- every change, as the exact bytes that were hashed
    feed TEXT NOT NULL,
    seq INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE,
    hash TEXT NOT NULL,
    kind TEXT NOT NULL,
    raw BLOB NOT NULL
);
CREATE UNIQUE INDEX changes_place ON changes (feed, seq);

CREATE TABLE envelopes (      -- the signed text under which other nodes' changes came: the proof, and what can be relayed
    feed TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    signed BLOB NOT NULL,
    PRIMARY KEY (feed, first, last)
);

CREATE TABLE receipts (       -- verified receipts: how far the county holds a feed
    id INTEGER PRIMARY KEY,
    feed TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    at INTEGER NOT NULL,
    paper BLOB NOT NULL
);
CREATE INDEX receipts_feed ON receipts (feed, seq);

CREATE TABLE aside (          -- sealed files that were refused or are held; nothing is dropped
    sha256 TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('held', 'refused', 'taken')),
    reason TEXT NOT NULL,
    feed TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    source TEXT NOT NULL,
    at INTEGER NOT NULL,
    file BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE contacts (       -- when and how a feed was last heard of
    feed TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    via TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE accounts (       -- the county console's people
    name TEXT PRIMARY KEY,
    password TEXT NOT NULL,
    role TEXT NOT NULL,
    made_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE sessions (       -- signed in at the console; revocable
    token_sha256 TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (name),
    made_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TRIGGER changes_stay BEFORE UPDATE ON changes
BEGIN SELECT RAISE(ABORT, 'changes are immutable'); END;
CREATE TRIGGER changes_remain BEFORE DELETE ON changes
BEGIN SELECT RAISE(ABORT, 'changes are immutable'); END;
CREATE TRIGGER receipts_stay BEFORE UPDATE ON receipts
BEGIN SELECT RAISE(ABORT, 'receipts are immutable'); END;
CREATE TRIGGER receipts_remain BEFORE DELETE ON receipts
BEGIN SELECT RAISE(ABORT, 'receipts are immutable'); END;
CREATE TRIGGER envelopes_stay BEFORE UPDATE ON envelopes
BEGIN SELECT RAISE(ABORT, 'envelopes are immutable'); END;
CREATE TRIGGER envelopes_remain BEFORE DELETE ON envelopes
BEGIN SELECT RAISE(ABORT, 'envelopes are immutable'); END;
