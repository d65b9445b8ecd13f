-- The ledger. Times are integer microseconds since 1970-01-01 UTC.
-- No column holds a number, a name or anything made from them without a key.

CREATE TABLE migration (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT;

-- What each key makes of a known input, so that a wrong key ring is told
-- apart from an unknown person.
CREATE TABLE key_check (
    power TEXT NOT NULL,
    version INTEGER NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (power, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE purpose (
    name TEXT PRIMARY KEY,
    family TEXT NOT NULL,
    valid_for INTEGER
) STRICT, WITHOUT ROWID;

-- The texts people agreed to, word for word; never changed.
CREATE TABLE wording (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    version TEXT NOT NULL,
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    UNIQUE (id, version, language)
) STRICT;

-- A person. `id` is random and stands for the person in proofs; `token` is
-- the number's keyed stand-in, `kid` the version of the index key behind it.
-- `number` is sealed (48 bytes) under the person's own data key, which is
-- kept `wrapped` by the key of an epoch. To erase a person is to set token,
-- number and wrapped to NULL: all that is sealed becomes unreadable.
CREATE TABLE subject (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    token BLOB,
    kid INTEGER NOT NULL,
    number BLOB,
    dek_epoch INTEGER NOT NULL,
    kek_epoch INTEGER NOT NULL,
    wrapped BLOB
) STRICT;

-- What happened: only ever added to. `leaf_index` is the event's place in
-- the tree of proofs, handed out apart from `seq`.
CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    subject INTEGER NOT NULL REFERENCES subject (seq),
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    purpose TEXT NOT NULL,
    at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    source TEXT NOT NULL,
    wording INTEGER REFERENCES wording (seq),
    rule TEXT NOT NULL,
    expires_at INTEGER,
    details TEXT NOT NULL,
    sealed BLOB,
    sealed_sha256 BLOB,
    leaf_index INTEGER
) STRICT;

CREATE INDEX event_subject ON event (subject);

CREATE UNIQUE INDEX event_leaf ON event (leaf_index)
WHERE leaf_index IS NOT NULL;

-- The events added up, one row for each purpose that a person has events of
-- its own for, and base rows '~marketing' and '~all' for events that reach
-- further. Also the index by which people are found: each row names its
-- subject, so that a look-up and a new person touch one page, not two. The
-- `status` of a pause also names what it holds back: 'paused given'. Can be
-- made anew from `subject` and `event`.
CREATE TABLE standing (
    token BLOB NOT NULL,
    scope TEXT NOT NULL,
    status TEXT NOT NULL,
    since INTEGER,
    expires_at INTEGER,
    suppressed TEXT NOT NULL,
    last_at INTEGER NOT NULL,
    subject INTEGER NOT NULL REFERENCES subject (seq),
    PRIMARY KEY (token, scope)
) STRICT, WITHOUT ROWID;
