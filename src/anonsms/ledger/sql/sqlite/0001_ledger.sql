-- The ledger. Times are integer microseconds since 1970-01-01 UTC.
-- No column holds a number, a name or anything made from them without a key.
-- Names begin with anonsms_, for a shop may keep its own tables beside them.

CREATE TABLE anonsms_migration (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL
) STRICT;

-- What each key makes of a known input, so that a wrong key ring is told
-- apart from an unknown person.
CREATE TABLE anonsms_key_check (
    power TEXT NOT NULL,
    version INTEGER NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (power, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE anonsms_purpose (
    name TEXT PRIMARY KEY,
    family TEXT NOT NULL,
    valid_for INTEGER
) STRICT, WITHOUT ROWID;

-- The texts people agreed to, word for word; never changed.
CREATE TABLE anonsms_wording (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    version TEXT NOT NULL,
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    UNIQUE (id, version, language)
) STRICT;

-- A person, as long as the number stays the same. `id` is random and stands
-- for the person in proofs. `number` is sealed (56 bytes) under the person's
-- own data key, which is kept `wrapped` by the key of an epoch;
-- `number_sha256` is what proofs commit to. To erase a person is to set
-- number and wrapped to NULL: all that is sealed becomes unreadable. Of
-- somebody erased there may be a second row, with nothing sealed: the no
-- that outlives them. Its `number` is a keyed check of its token. `successor`
-- is the row that goes on under another number.
CREATE TABLE anonsms_subject (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    number BLOB,
    number_sha256 BLOB NOT NULL,
    epoch INTEGER,
    wrapped BLOB,
    successor INTEGER REFERENCES anonsms_subject (seq)
) STRICT;

CREATE INDEX anonsms_subject_successor ON anonsms_subject (successor)
WHERE successor IS NOT NULL;

-- What happened: only ever added to. `subject` is NULL where it is about
-- nobody. `leaf` is the hash of all this, `leaf_index` its place in the tree
-- of proofs, handed out apart from `seq`: at once where writers come one
-- after another, else by whoever integrates.
CREATE TABLE anonsms_event (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    subject INTEGER REFERENCES anonsms_subject (seq),
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    purpose TEXT NOT NULL,
    at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    source TEXT NOT NULL,
    wording INTEGER REFERENCES anonsms_wording (seq),
    rule TEXT NOT NULL,
    expires_at INTEGER,
    details TEXT NOT NULL,
    sealed BLOB,
    sealed_sha256 BLOB,
    leaf BLOB NOT NULL,
    leaf_index INTEGER
) STRICT;

CREATE INDEX anonsms_event_subject ON anonsms_event (subject);

CREATE UNIQUE INDEX anonsms_event_leaf ON anonsms_event (leaf_index)
WHERE leaf_index IS NOT NULL;

CREATE INDEX anonsms_event_waiting ON anonsms_event (seq)
WHERE leaf_index IS NULL;

-- The tree (RFC 6962): the roots of its perfect subtrees, 32 bytes each, the
-- largest first, and the hash over each complete run of 256 (`level` 1),
-- 65,536 (2) and so on leaves. There is one row; `origin` names the ledger.
CREATE TABLE anonsms_tree (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    origin TEXT NOT NULL,
    size INTEGER NOT NULL,
    frontier BLOB NOT NULL
) STRICT;

CREATE TABLE anonsms_node (
    level INTEGER NOT NULL,
    place INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (level, place)
) STRICT, WITHOUT ROWID;

-- The checkpoints that were signed, as they were handed out.
CREATE TABLE anonsms_checkpoint (
    size INTEGER PRIMARY KEY,
    note TEXT NOT NULL
) STRICT;

-- The events added up, one row for each purpose that a person has events of
-- its own for, and base rows '~marketing' and '~all' for events that reach
-- further. Also the index by which people are found: each row names its
-- subject, so that a look-up and a new person touch one page, not two.
-- `token` is the number's keyed stand-in. The `status` of a pause also names
-- what it holds back: 'paused given'.
CREATE TABLE anonsms_standing (
    token BLOB NOT NULL,
    scope TEXT NOT NULL,
    status TEXT NOT NULL,
    since INTEGER,
    expires_at INTEGER,
    suppressed TEXT NOT NULL,
    last_at INTEGER NOT NULL,
    subject INTEGER NOT NULL REFERENCES anonsms_subject (seq),
    PRIMARY KEY (token, scope)
) STRICT, WITHOUT ROWID;
