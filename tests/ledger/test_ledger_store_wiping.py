"""A DELETE is not a shred: the files are searched for what is to be gone."""

import os
import random
import sqlite3
import subprocess
import sys
import threading

import pytest

from anonsms.errors import LedgerError
from anonsms.ledger.store import sqlite_log
from anonsms.ledger.store.sqlite import SqliteStore
from postgres import postgres_store, psycopg


_ADD = (
    "INSERT INTO anonsms_subject (seq, id, number_sha256, wrapped) "
    "VALUES (?, ?, ?, ?)"
)
_MARK = os.urandom(12)  # with which our keys begin, to be found fast
_ERASE = "UPDATE anonsms_subject SET wrapped = NULL WHERE seq = ?"


@pytest.fixture
def store(path):
    """A store in a file."""
    opened = SqliteStore(path)
    yield opened
    opened.close()


def enrol(store, count):
    """People with random keys of 60 bytes; the keys by row."""
    keys = {n: _MARK + os.urandom(48) for n in range(1, count + 1)}
    with store.transaction():
        store.executemany(
            _ADD, [(n, os.urandom(16), b"-", key) for n, key in keys.items()]
        )
    return keys


def erase(store, rows):
    """Overwrite half of the rows' keys, delete the other half's rows."""
    with store.transaction():
        for row in rows:
            delete = "DELETE FROM anonsms_subject WHERE seq = ?"
            assert store.execute(delete if row % 2 else _ERASE, (row,)) == 1


READ = """
import pathlib, sys
for each in pathlib.Path(sys.argv[1]).rglob("*"):
    if each.is_file():
        sys.stdout.buffer.write(each.read_bytes())
"""


def held(folder, keys):
    """
    Which of the keys are in the files of a folder.

    Read by another process: with the closing of a file all locks go that
    this process has on it, SQLite's too.
    """
    command = [sys.executable, "-I", "-S", "-c", READ, str(folder)]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    found = {_MARK + rest[:48] for rest in text.split(_MARK)[1:]}
    return {row for row, key in keys.items() if key in found}


def test_key_bytes_are_gone_at_once(store, path):
    """Wave after wave, from database, log and gaps; the rest is there."""
    keys = enrol(store, 1_000)
    assert held(path.parent, keys) == set(keys)
    left = sorted(keys)
    random.Random(3).shuffle(left)
    while left:
        wave, left = left[:100], left[100:]
        erase(store, wave)
        # Nothing was folded in yet: the file still has them.
        assert held(path.parent, keys) > set(left)
        store.wipe()
        assert held(path.parent, keys) == set(left)
    assert store.query("PRAGMA integrity_check") == [("ok",)]


def test_the_log_is_cut(store, path):
    """And grows again as before: its limit is what it was."""
    enrol(store, 2_000)
    log = path.with_name(f"{path.name}-wal")
    assert log.stat().st_size > 100_000
    store.wipe()
    assert log.stat().st_size < 10_000
    with store.transaction():
        [[limit]] = store.query("PRAGMA journal_size_limit")
    assert limit == 16 << 20


def test_marks_of_a_shared_file_stay(path):
    """The commit that begins the log anew writes what was there."""
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 77")
    other.close()
    store = SqliteStore(path, shared=True)
    keys = enrol(store, 10)
    erase(store, keys)
    store.wipe()
    assert held(path.parent, keys) == set()
    assert store.query("PRAGMA user_version") == [(77,)]
    assert store.query("PRAGMA application_id") == [(0,)]
    store.close()


READER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN")
connection.execute("SELECT count(*) FROM anonsms_subject").fetchall()
print("reading", flush=True)
sys.stdin.readline()
connection.execute("COMMIT")
print("done", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def reader(store, path):
    """Another process, in the midst of reading; call it to let it finish."""
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:

        def finish():
            process.stdin.write("\n")
            process.stdin.flush()
            assert process.stdout.readline() == "done\n"

        def begin():
            assert process.stdout.readline() == "reading\n"
            return finish

        yield begin
        process.kill()


def test_somebody_who_reads_the_old_bytes_is_told_of(
    store, path, reader, monkeypatch
):
    """An error, no corruption; the next wipe does it, with the reader there.

    Idle connections of others are in nobody's way.
    """
    monkeypatch.setattr(sqlite_log, "PATIENCE", 0.2)
    keys = enrol(store, 50)
    finish = reader()
    erase(store, keys)
    with pytest.raises(LedgerError, match="Try again"):
        store.wipe()
    assert held(path.parent, keys) == set(keys)
    finish()
    store.wipe()
    assert held(path.parent, keys) == set()
    assert store.query("PRAGMA integrity_check") == [("ok",)]


def test_a_wipe_waits_for_a_short_reader(store, path):
    """Which ends while the wipe tries again."""
    keys = enrol(store, 50)
    other = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False
    )
    other.execute("BEGIN")
    other.execute("SELECT * FROM anonsms_subject").fetchall()
    erase(store, keys)
    timer = threading.Timer(0.3, other.execute, ["COMMIT"])
    timer.start()
    store.wipe()
    timer.join()
    other.close()
    assert held(path.parent, keys) == set()


WRITER = """
import sys
from pathlib import Path
from anonsms.ledger.store.sqlite import SqliteStore

store = SqliteStore(Path(sys.argv[1]))
sql = "INSERT INTO anonsms_campaign (id, fingerprint, created_at) "
sql += "VALUES (?, ?, 0)"
for n in range(300):
    store.execute(sql, (f"{sys.argv[2]}-{n}", "x" * 2000))
    if n % 20 == 0:
        store.wipe()
store.close()
"""


def test_processes_wipe_and_write_at_once(store, path):
    """Three others do both; no commit is lost and nothing is damaged."""
    keys = enrol(store, 400)
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), name])
        for name in "abc"
    ]
    for start in range(1, 400, 40):
        wave = range(start, start + 40)
        erase(store, wave)
        store.wipe()
        gone = {row: key for row, key in keys.items() if row in wave}
        assert held(path.parent, gone) == set()
    assert [each.wait(timeout=120) for each in running] == [0] * 3
    assert store.query("SELECT count(*) FROM anonsms_campaign") == [(900,)]
    assert store.query("PRAGMA integrity_check") == [("ok",)]


def test_there_is_nothing_to_wipe_in_memory():
    """And so nothing that could fail."""
    store = SqliteStore(None)
    keys = enrol(store, 3)
    erase(store, keys)
    store.wipe()
    assert store.query("SELECT count(*) FROM anonsms_subject") == [(1,)]
    store.close()


# PostgreSQL -----------------------------------------------------------------


@pytest.fixture
def server(postgres_url):
    """A store on a server."""
    opened = postgres_store.PostgresStore(postgres_url)
    yield opened
    opened.close()


def test_key_bytes_are_gone_from_the_tables(server, postgres_folder):
    """Wave after wave, before and after the server's next checkpoint.

    A plain VACUUM leaves some of them in the gaps of its pages.
    """
    [[database]] = server.query(
        "SELECT CAST(oid AS TEXT) FROM pg_database "
        "WHERE datname = current_database()"
    )
    files = postgres_folder / "base" / database
    keys = enrol(server, 160)
    server.execute("CHECKPOINT")
    assert held(files, keys) == set(keys)
    left = sorted(keys)
    random.Random(3).shuffle(left)
    while left:
        wave, left = left[:80], left[80:]
        erase(server, wave)
        server.wipe()
        gone = {row: keys[row] for row in wave}
        assert held(files, gone) == set()
        server.execute("CHECKPOINT")
        assert held(files, keys) == set(left)


def test_a_transaction_that_needs_old_rows_is_told_of(
    server, postgres_url, monkeypatch
):
    """An error; once it is over, the next wipe does it."""
    monkeypatch.setattr("anonsms.ledger.store.postgres_schema.PATIENCE", 0.2)
    keys = enrol(server, 50)
    with psycopg.connect(postgres_url) as other:
        other.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        other.execute("SELECT 1")
        erase(server, keys)
        with pytest.raises(LedgerError, match="Old rows"):
            server.wipe()
        other.rollback()
        server.wipe()


def test_only_an_owner_may_vacuum(server, new_postgres_url, postgres_server):
    """PostgreSQL would leave the tables out and just mention it."""
    url = new_postgres_url()
    postgres_store.PostgresStore(url).close()
    schema = url.rpartition("%3D")[2]
    role = f"guest_{schema}"
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute(f"CREATE ROLE {role} LOGIN")
        owner.execute(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
        owner.execute(
            f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}"
        )
    guest = postgres_store.PostgresStore(
        url.replace("postgres:", f"{role}:"), migrate=False
    )
    with pytest.raises(LedgerError, match="owner"):
        guest.wipe()
    guest.close()
    with psycopg.connect(postgres_server, autocommit=True) as owner:
        owner.execute(f"DROP OWNED BY {role}")
        owner.execute(f"DROP ROLE {role}")
