-- When an envelope came, in seconds since 1970 UTC by this node's clock; 0 for those of before this column.

ALTER TABLE envelopes ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
