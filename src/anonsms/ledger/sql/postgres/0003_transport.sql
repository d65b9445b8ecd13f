-- What processes that send share, and what a provider said too early.

CREATE TABLE anonsms_pace (
    key TEXT PRIMARY KEY,
    -- When the next request may leave (GCRA), in microseconds since 1970.
    next_at BIGINT NOT NULL
);

-- Receipts that came before the answer that tells the provider's id.
CREATE TABLE anonsms_early_receipt (
    provider_id TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    arrived_at BIGINT NOT NULL,
    PRIMARY KEY (provider_id, status)
);
