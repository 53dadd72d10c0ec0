-- What became of changes on their way to the county, beside the receipts that prove it.

CREATE TABLE sent (           -- runs that were handed on, by a folder or posted; only a receipt says that they arrived
    feed TEXT NOT NULL,
    first INTEGER NOT NULL,
    via TEXT NOT NULL,
    last INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (feed, first, via)
) WITHOUT ROWID;

CREATE TABLE troubles (       -- what verified receipts say that the county refused or holds back, until one covers it
    feed TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('held', 'refused')),
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (feed, first, last)
) WITHOUT ROWID;
