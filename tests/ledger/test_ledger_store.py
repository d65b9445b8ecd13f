"""The SQLite recipe: durable, ours alone, shared by processes and threads."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from ledger_people import WHO, person

from anonsms.consent import Status
from anonsms.errors import (
    ConfigurationError,
    ForeignDatabaseError,
    LedgerError,
)
from anonsms.ledger import open_ledger
from anonsms.ledger.store import schema, sqlite
from anonsms.ledger.store.sqlite import SqliteStore


needs_fork = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="this system does not fork"
)


@pytest.fixture
def store(path):
    """A store in a file."""
    opened = SqliteStore(path)
    yield opened
    opened.close()


_NOTE = (
    "INSERT INTO anonsms_campaign (id, fingerprint, created_at) "
    "VALUES (?, '', 0)"
)


def note(store, name):
    """One row of a table that belongs to nobody else here."""
    store.execute(_NOTE, (name,))


def names(store):
    """The rows of that table."""
    return {name for (name,) in store.query("SELECT id FROM anonsms_campaign")}


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL
        ("busy_timeout", 10_000),
        ("foreign_keys", 1),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("secure_delete", 1),
        ("temp_store", 2),  # MEMORY
        ("mmap_size", 0),
        ("wal_autocheckpoint", 0),
        ("journal_size_limit", 16 << 20),
        ("application_id", 0x616E736D),
        ("user_version", len(schema.migrations("sqlite"))),
    ],
)
def test_both_connections_follow_the_recipe(store, pragma, value):
    """Reader and writer alike."""
    assert store.query(f"PRAGMA {pragma}") == [(value,)]
    with store.transaction():
        assert store.query(f"PRAGMA {pragma}") == [(value,)]


@pytest.mark.skipif(os.name == "nt", reason="modes are a Unix thing")
def test_only_the_owner_reads_the_files(store, path):
    """Database, log and index of the log, whatever the umask."""
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_migrations_are_recorded(store):
    """Which files made the schema, with their hashes."""
    rows = store.query("SELECT number, name, sha256 FROM anonsms_migration")
    assert rows == [
        (each.number, each.name, each.sha256)
        for each in schema.migrations("sqlite")
    ]


def test_every_table_is_strict(store):
    """A wrong type is an error, not a surprise later."""
    rows = store.query("SELECT name, strict FROM pragma_table_list")
    ours = {name: strict for name, strict in rows if "sqlite_" not in name}
    assert set(ours.values()) == {1}
    assert {"anonsms_event", "anonsms_standing", "anonsms_outbox"} <= set(ours)


def test_opening_again_writes_nothing(path):
    """A ledger that is up to date is left as it is."""
    SqliteStore(path).close()
    before = path.read_bytes()
    SqliteStore(path).close()
    assert path.read_bytes() == before


OTHER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT count(*) FROM anonsms_campaign").fetchall()
connection.close()
"""


def test_opening_twice_takes_no_lock_away(store, path):
    """Else the next process to leave would delete the log under the first.

    A process that closes any handle of a file loses all its locks on it.
    """
    note(store, "in the log")
    SqliteStore(path).close()
    subprocess.run([sys.executable, "-c", OTHER, str(path)], check=True)
    assert path.with_name(f"{path.name}-wal").exists()
    note(store, "later")
    assert names(store) == {"in the log", "later"}


def test_another_applications_database_is_not_touched(path):
    """Tables of somebody else, or somebody else's mark: hands off."""
    for make in (
        "CREATE TABLE customers (x)",
        "PRAGMA application_id = 7",
        "PRAGMA user_version = 1",
    ):
        path.unlink(missing_ok=True)
        with sqlite3.connect(path) as other:
            other.execute(make)
        other.close()
        before = path.read_bytes()
        with pytest.raises(ForeignDatabaseError, match="file of its own"):
            SqliteStore(path)
        assert path.read_bytes() == before
        assert list(path.parent.iterdir()) == [path]


def test_a_file_that_is_no_database_is_not_touched(path):
    """Somebody's notes stay what they are."""
    path.write_text("shopping list: " + "tea, " * 100)
    before = path.read_bytes()
    with pytest.raises(ForeignDatabaseError, match="no SQLite database"):
        SqliteStore(path)
    assert path.read_bytes() == before


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    """A missing folder, or a folder in place of a file."""
    for place in (tmp_path / "nowhere" / "shop.db", tmp_path):
        with pytest.raises(LedgerError, match="cannot be opened") as caught:
            SqliteStore(place)
        assert str(place) in str(caught.value)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0,
    reason="the superuser may write anywhere",
)
def test_a_read_only_folder_is_named(tmp_path):
    """The error tells where to look."""
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(LedgerError, match="Permission denied"):
            SqliteStore(tmp_path / "shop.db")
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://zoe:s3cret@host/shop",
        "s3cret.db",
        "sqlite:s3cret.db",
        "sqlite://s3cret.db",
    ],
)
def test_other_urls_are_refused(url, keys):
    """The error shows the forms that there are, and not the URL."""
    with pytest.raises(
        ConfigurationError, match=r"sqlite:///name\.db"
    ) as caught:
        open_ledger(url, keys)
    assert "s3cret" not in str(caught.value)


def test_a_relative_path_stays_where_it_was(tmp_path, keys, zoe, monkeypatch):
    """Changing the folder later does not change the ledger."""
    monkeypatch.chdir(tmp_path)
    with open_ledger("sqlite:///shop.db", keys) as ledger:
        monkeypatch.chdir("/")
        ledger.withdraw(zoe, source="sms")
        assert ledger.state(zoe, "marketing").status is Status.WITHDRAWN
    assert (tmp_path / "shop.db").is_file()


def test_reopening_shows_the_same(ledger, url, keys, clock, yes):
    """States, history and evidence survive the process."""
    zoe = person(1234)
    event = ledger.grant(zoe, "marketing", evidence={"a": "1"}, **yes)
    ledger.withdraw(person(2), source="sms")
    everybody = [zoe, person(2), person(3)]
    before = ledger.states(everybody, "marketing")
    ledger.close()
    with open_ledger(url, keys, clock=clock) as again:
        assert again.states(everybody, "marketing") == before
        assert again.history(zoe) == [event]
        assert again.evidence(event, **WHO) == {"a": "1"}


def test_memory_ledgers_are_apart(keys, zoe):
    """Each has its own, and it is gone when closed."""
    with (
        open_ledger("sqlite://", keys) as one,
        open_ledger("sqlite:///:memory:", keys) as two,
    ):
        one.withdraw(zoe, source="sms")
        assert one.history(zoe)
        assert two.history(zoe) == []


def test_a_reader_never_waits_for_a_writer(ledger, zoe):
    """Asking goes on while another thread holds the write lock."""
    with ThreadPoolExecutor(1) as pool, ledger.store.transaction():
        asked = pool.submit(ledger.state, zoe, "marketing")
        assert asked.result(timeout=20).status is Status.UNKNOWN


def test_threads_share_a_ledger(ledger, yes):
    """Eight threads write and read; nothing is lost or mixed up."""
    together = threading.Barrier(8)

    def work(worker):
        together.wait()
        for n in range(worker, 80, 8):
            ledger.grant(person(n), "marketing", **yes)
            assert ledger.state(person(n), "marketing").given
            ledger.withdraw(person(999), source="sms")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert ledger.counts("marketing")[Status.GIVEN] == 80
    assert len(ledger.history(person(999))) == 80


WRITER = """
import sys
sys.path.insert(0, sys.argv[3])
from ledger_people import WORDING, person
from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger

url, first = sys.argv[1], int(sys.argv[2])
with open_ledger(url, KeyRing.load(sys.argv[4])) as ledger:
    for n in range(first, first + 40):
        ledger.grant(person(n), "marketing", wording=WORDING, source="account")
        ledger.withdraw(person(9999), source="sms")
"""


def test_processes_share_a_ledger(url, path, keys, tmp_path):
    """Four begin it at the same moment and write at once; all is there."""
    keys.save(tmp_path / "shop.keys")
    here = os.path.dirname(__file__)  # noqa: PTH120
    command = [sys.executable, "-c", WRITER, url]
    rest = [here, str(tmp_path / "shop.keys")]
    running = [
        subprocess.Popen([*command, str(100 * n), *rest]) for n in range(4)
    ]
    assert [each.wait(timeout=60) for each in running] == [0] * 4
    with open_ledger(url, keys) as ledger:
        assert ledger.counts("marketing")[Status.GIVEN] == 160
        assert len(ledger.history(person(9999))) == 160
        assert ledger.store.query("PRAGMA integrity_check") == [("ok",)]
        assert ledger.store.query("PRAGMA foreign_key_check") == []


def in_child(work):
    """Run ``work`` in a forked child; what it returned as an exit code."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = work()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


@needs_fork
def test_a_forked_child_opens_its_own(ledger, zoe):
    """Also when another thread was writing at the time of the fork."""
    inherited = ledger.store._writer
    busy, done = threading.Event(), threading.Event()

    def hold():
        with ledger.store.transaction():
            busy.set()
            done.wait(20)

    def child():
        store = ledger.store
        assert store._writer is None
        assert ledger.state(zoe, "marketing").status is Status.UNKNOWN
        assert store._reader is not inherited
        return 42

    other = threading.Thread(target=hold)
    other.start()
    assert busy.wait(20)
    try:
        assert in_child(child) == 42
    finally:
        done.set()
        other.join()
    assert in_child(lambda: ledger.withdraw(zoe, source="sms") and 43) == 43
    assert ledger.store._writer is inherited
    assert ledger.state(zoe, "marketing").status is Status.WITHDRAWN
    assert ledger.store.query("PRAGMA integrity_check") == [("ok",)]


@needs_fork
def test_a_ledger_in_memory_says_that_it_is_lost(keys, zoe):
    """A child must not take an empty ledger for the shop's."""

    def child():
        with pytest.raises(LedgerError, match="survive a fork"):
            ledger.state(zoe, "marketing")
        return 42

    with open_ledger("sqlite://", keys) as ledger:
        assert in_child(child) == 42
        assert ledger.history(zoe) == []


class Witness:
    """Stands for the reader and tries to write during each checkpoint."""

    def __init__(self, reader, path):
        self.reader = reader
        self.path = path
        self.refused = []

    def execute(self, sql, *params):
        if "wal_checkpoint" in sql:
            other = sqlite3.connect(self.path, timeout=0, isolation_level=None)
            try:
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                self.refused.append(error.sqlite_errorname)
            finally:
                other.close()
        return self.reader.execute(sql, *params)

    def close(self):
        self.reader.close()


@pytest.fixture
def small_log(monkeypatch):
    """A log that is folded in after four commits; what it then holds."""
    monkeypatch.setattr(sqlite, "COMMITS", 4)
    return 6 * (128 << 10)  # a row lies in table and index


def fill(store, start, stop):
    """Write 64 KiB in each of as many transactions."""
    for number in range(start, stop):
        note(store, f"{number} {'x' * (64 << 10)}")


def test_the_log_is_folded_in_while_nobody_can_commit(small_log, store, path):
    """The guard against SQLite's WAL-reset bug, up to 3.51.2."""
    store._reader = witness = Witness(store._reading(), path)
    fill(store, 0, 12)
    log = path.with_name(f"{path.name}-wal").stat().st_size
    assert witness.refused
    assert set(witness.refused) == {"SQLITE_BUSY"}
    assert log < small_log
    seen = len(witness.refused)
    store.close()
    assert len(witness.refused) == seen + 1


def test_a_reader_that_stays_does_not_stop_the_writer(small_log, store, path):
    """The log grows as long as it must, and no further."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT * FROM anonsms_campaign").fetchall()
    fill(store, 0, 12)
    log = path.with_name(f"{path.name}-wal")
    grown = log.stat().st_size
    assert grown > 12 * (64 << 10)
    other.close()
    fill(store, 12, 36)
    assert log.stat().st_size < grown + small_log
    assert len(names(store)) == 36


def test_a_write_lock_that_is_never_given_back_is_told(store, path):
    """After the time-out the error says what to look for."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store._writing().execute("PRAGMA busy_timeout=1")
    with pytest.raises(LedgerError, match="left open"):
        note(store, "x")
    other.close()
    note(store, "x")
    assert names(store) == {"x"}


def test_an_old_sqlite_is_refused(path, monkeypatch):
    """Before the file is made."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))
    with pytest.raises(ConfigurationError, match=r"3\.37"):
        SqliteStore(path)
    assert not path.exists()
