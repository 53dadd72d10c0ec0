-- Whose files lie aside, so that nobody fills the disk; and what was turned away, told but not kept.

-- The key that verifiably signed it; empty: none that we know.
ALTER TABLE aside ADD COLUMN signer TEXT NOT NULL DEFAULT '';

CREATE TABLE turned_away (    -- files that were not kept: their sender still has them, and was told
    source TEXT NOT NULL,
    reason TEXT NOT NULL,
    count INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    last_sha256 TEXT NOT NULL,
    PRIMARY KEY (source, reason)
) WITHOUT ROWID;
