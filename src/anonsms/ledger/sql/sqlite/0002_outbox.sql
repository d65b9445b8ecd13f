-- What a campaign does with each person, written before it is done.

CREATE TABLE anonsms_campaign (
    id TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- What is used up of a budget; refused texts are given back.
    recipients INTEGER NOT NULL DEFAULT 0,
    price TEXT NOT NULL DEFAULT '0'
) STRICT;

CREATE TABLE anonsms_outbox (
    campaign TEXT NOT NULL,
    token BLOB NOT NULL,
    attempt TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    provider_id TEXT,
    reason TEXT NOT NULL DEFAULT '',
    parts INTEGER NOT NULL,
    price TEXT,
    currency TEXT,
    intended_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (campaign, token)
) STRICT, WITHOUT ROWID;

CREATE INDEX anonsms_outbox_provider_id ON anonsms_outbox (provider_id);
