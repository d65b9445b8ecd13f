-- What a campaign does with each person, written before it is done.

CREATE TABLE anonsms_campaign (
    id TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- What is used up of a budget; refused texts are given back.
    recipients BIGINT NOT NULL DEFAULT 0,
    price TEXT NOT NULL DEFAULT '0'
);

CREATE TABLE anonsms_outbox (
    campaign TEXT NOT NULL,
    token BYTEA NOT NULL,
    attempt TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    provider_id TEXT,
    reason TEXT NOT NULL DEFAULT '',
    parts INTEGER NOT NULL,
    price TEXT,
    currency TEXT,
    intended_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (campaign, token)
);

CREATE INDEX anonsms_outbox_provider_id ON anonsms_outbox (provider_id);
