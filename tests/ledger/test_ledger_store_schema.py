"""Numbered files: applied once, recorded, checked, never guessed."""

import sqlite3
import subprocess
import sys

import pytest

from anonsms.errors import (
    ForeignDatabaseError,
    LedgerError,
    SchemaVersionError,
)
from anonsms.ledger.store import schema, sqlite
from anonsms.ledger.store.sqlite import SqliteStore
from anonsms.testing.store_rows import names, note
from postgres import postgres_store, psycopg


NEWEST = len(schema.migrations("sqlite"))


@pytest.fixture(params=["sqlite", "postgres"])
def place(request):
    """Opens a store at one place, again and again, and closes it."""
    if request.param == "sqlite":
        where, kind = request.getfixturevalue("path"), SqliteStore
    else:
        where = request.getfixturevalue("postgres_url")
        kind = postgres_store.PostgresStore
    opened = []

    def open_store(**said):
        opened.append(kind(where, **said))
        return opened[-1]

    open_store.kind = request.param
    yield open_store
    for store in opened:
        store.close()


@pytest.fixture
def old(monkeypatch):
    """While it is called, anonsms has the first schema file only."""

    def begin(kind):
        [first, *_] = schema.migrations(kind)
        for module in filter(None, (sqlite, postgres_store)):
            monkeypatch.setattr(module, "migrations", lambda _: [first])

    return begin


def applied(store):
    """What the database says about itself."""
    return store.query(
        "SELECT number, name, sha256 FROM anonsms_migration ORDER BY number"
    )


def test_both_databases_have_the_same_schema():
    """The same files, tables, columns, and which of them may be empty."""
    pairs = zip(
        schema.migrations("sqlite"),
        schema.migrations("postgres"),
        strict=True,
    )
    assert all(one.name == other.name for one, other in pairs)


def test_columns_are_the_same(path, postgres_url):
    """In the same order, NULL where NULL may be, with the same defaults."""
    here, there = SqliteStore(path), postgres_store.PostgresStore(postgres_url)
    ours = here.query(
        'SELECT m.name, c.name, c."notnull" OR c.pk FROM sqlite_master m, '
        "pragma_table_info(m.name) c WHERE m.type = 'table' "
        "AND m.name LIKE 'anonsms%' ORDER BY m.name, c.cid"
    )
    theirs = there.query(
        "SELECT table_name, column_name, is_nullable = 'NO' "
        "FROM information_schema.columns "
        "WHERE table_schema = current_schema() "
        'ORDER BY table_name COLLATE "C", ordinal_position'
    )
    here.close()
    there.close()
    assert len(ours) > 50
    assert [tuple(row) for row in ours] == theirs


def test_indexes_are_the_same(path, postgres_url):
    """Beside those of primary keys, which SQLite may do without."""
    here, there = SqliteStore(path), postgres_store.PostgresStore(postgres_url)
    ours = here.query(
        "SELECT name FROM sqlite_master WHERE type = 'index' "
        "AND sql IS NOT NULL ORDER BY name"
    )
    theirs = there.query(
        "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"
        " AND indexname NOT LIKE '%_pkey' AND indexname NOT LIKE '%_key' "
        'ORDER BY indexname COLLATE "C"'
    )
    here.close()
    there.close()
    assert ours == theirs


def test_what_was_applied_is_recorded(place):
    """With its hash, and once only."""
    for _ in range(2):
        store = place()
        assert applied(store) == [
            (each.number, each.name, each.sha256)
            for each in schema.migrations(place.kind)
        ]


def test_an_older_schema_is_brought_up_to_date(place, old, monkeypatch):
    """Only what is missing is applied."""
    old(place.kind)
    store = place()
    assert len(applied(store)) == 1
    store.close()
    monkeypatch.undo()
    store = place()
    note(store, "now there is a table for it")
    assert len(applied(store)) == len(schema.migrations(place.kind))


def test_an_older_schema_is_refused_when_it_must_stay(place, old, monkeypatch):
    """It says which it is, and how to go on; nothing changes."""
    old(place.kind)
    store = place()
    monkeypatch.undo()
    with pytest.raises(
        SchemaVersionError, match=rf"schema 1; .* {NEWEST}\. .*migrate=True"
    ):
        place(migrate=False)
    assert len(applied(store)) == 1


def test_a_schema_that_is_up_to_date_is_just_used(place):
    """Without being allowed to change it."""
    place().close()
    store = place(migrate=False)
    note(store, "x")
    assert names(store) == {"x"}


def test_no_ledger_is_begun_unasked(place, tmp_path):
    """An empty place stays empty."""
    with pytest.raises(SchemaVersionError, match="migrate=True"):
        place(migrate=False)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SchemaVersionError, match="migrate=True"):
        place(migrate=False)


def test_a_newer_schema_is_refused(place):
    """An older anonsms must not write what it does not understand."""
    store = place()
    store.execute(
        "INSERT INTO anonsms_migration (number, name, sha256) "
        "VALUES (99, '0099_new.sql', 'x')"
    )
    for migrate in (True, False):
        with pytest.raises(SchemaVersionError, match="schema 99"):
            place(migrate=migrate)


def test_a_schema_changed_by_hand_is_refused(place):
    """The hash on record is not that of our file; the error names it."""
    store = place()
    store.execute("UPDATE anonsms_migration SET sha256 = 'x' WHERE number = 2")
    for migrate in (True, False):
        with pytest.raises(
            SchemaVersionError, match=r"0002_outbox\.sql was changed by hand"
        ):
            place(migrate=migrate)


def test_a_file_that_fails_leaves_nothing(place, monkeypatch):
    """Neither its first half nor the files before it."""
    broken = schema.Migration(
        99,
        "0099.sql",
        "CREATE TABLE anonsms_half (x INTEGER);\nCREATE oops;\n",
    )
    for module in filter(None, (sqlite, postgres_store)):
        monkeypatch.setattr(
            module, "migrations", lambda k: [*schema.migrations(k), broken]
        )
    with pytest.raises(LedgerError, match=r"refused \(S"):
        place()
    monkeypatch.undo()
    with pytest.raises(SchemaVersionError):
        place(migrate=False)
    assert len(applied(place())) == NEWEST


OPENER = """
import sys
from pathlib import Path
from anonsms.testing.store_rows import note
where, name = sys.argv[1:]
if where.startswith("postgresql:"):
    from anonsms.ledger.store.postgres import PostgresStore as Kind
else:
    from anonsms.ledger.store.sqlite import SqliteStore as Kind
    where = Path(where)
store = Kind(where)
note(store, name)
store.close()
"""


def test_several_may_begin_one_ledger(place, request):
    """Four processes at the same moment: one makes it, all use it."""
    name = "path" if place.kind == "sqlite" else "postgres_url"
    command = [
        sys.executable,
        "-c",
        OPENER,
        str(request.getfixturevalue(name)),
    ]
    running = [subprocess.Popen([*command, each]) for each in "abcd"]
    assert [each.wait(timeout=60) for each in running] == [0] * 4
    assert names(place()) == set("abcd")


# Files that are the shop's own ------------------------------------------


def shop(path, *statements):
    """Something of the shop's in a file."""
    other = sqlite3.connect(path)
    for statement in statements:
        other.execute(statement)
    other.commit()
    other.close()


def test_a_shared_file_keeps_the_shops_marks(path):
    """Tables of both are in it; the marks are the shop's alone."""
    shop(path, "CREATE TABLE customers (x)", "PRAGMA user_version = 41")
    for _ in range(2):
        store = SqliteStore(path, shared=True)
        note(store, "x")
        assert store.query("PRAGMA user_version") == [(41,)]
        assert store.query("PRAGMA application_id") == [(0,)]
        assert store.query("SELECT * FROM customers") == []
        store.execute("DELETE FROM anonsms_campaign")
        store.close()
    with pytest.raises(ForeignDatabaseError, match="shared=True"):
        SqliteStore(path)


def test_another_applications_mark_is_always_respected(path):
    """Shared or not: whoever marked it keeps it to themselves."""
    shop(path, "CREATE TABLE customers (x)", "PRAGMA application_id = 7")
    before = path.read_bytes()
    for shared in (True, False):
        with pytest.raises(ForeignDatabaseError, match="another application"):
            SqliteStore(path, shared=shared)
    assert path.read_bytes() == before


def test_a_ledgers_own_file_may_be_shared_later(path, old, monkeypatch):
    """It stays marked, and its mark keeps up with the schema."""
    old("sqlite")
    SqliteStore(path).close()
    monkeypatch.undo()
    shop(path, "CREATE TABLE customers (x)")
    for shared in (False, True, False):
        store = SqliteStore(path, shared=shared)
        assert store.query("PRAGMA user_version") == [(NEWEST,)]
        assert store.query("PRAGMA application_id") == [(0x616E736D,)]
        store.close()
    shop(path, "PRAGMA user_version = 99")
    with pytest.raises(SchemaVersionError, match="schema 99"):
        SqliteStore(path)


def test_tables_follow_the_search_path(new_postgres_url):
    """They are made in its first schema, and stay where the first are."""
    one, two = new_postgres_url(), new_postgres_url()
    first, second = (url.rpartition("%3D")[2] for url in (one, two))
    postgres_store.PostgresStore(one).close()
    both = two.replace(f"%3D{second}", f"%3D{second},{first}")
    store = postgres_store.PostgresStore(both)
    note(store, "found in the second one")
    store.close()
    with psycopg.connect(one) as connection:
        query = "SELECT table_schema FROM information_schema.tables WHERE "
        query += "table_name = 'anonsms_campaign' AND table_schema = ANY(%s)"
        rows = connection.execute(query, ([first, second],)).fetchall()
    assert rows == [(first,)]


def test_new_tables_join_the_old_ones(new_postgres_url, old, monkeypatch):
    """Whatever comes first in the search_path of whoever brings them."""
    one, two = new_postgres_url(), new_postgres_url()
    first, second = (url.rpartition("%3D")[2] for url in (one, two))
    old("postgres")
    postgres_store.PostgresStore(one).close()
    monkeypatch.undo()
    postgres_store.PostgresStore(
        two.replace(f"%3D{second}", f"%3D{second},{first}")
    ).close()
    store = postgres_store.PostgresStore(one, migrate=False)
    note(store, "x")
    assert names(store) == {"x"}
    store.close()


def test_a_schema_that_is_not_there_is_told_of(postgres_url):
    """Not an error about some table."""
    with pytest.raises(LedgerError, match="search_path"):
        postgres_store.PostgresStore(f"{postgres_url}_nowhere")
