"""A caller's own connection: with the order, or not at all."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from anonsms.errors import (
    ConfigurationError,
    LedgerError,
    SchemaVersionError,
)
from anonsms.ledger.store import Hold
from anonsms.ledger.store.borrowed import borrow
from anonsms.ledger.store.sqlite import SqliteStore
from anonsms.testing.store_rows import enrol, names, note
from postgres import postgres_store, psycopg


class Place:
    """A database with a ledger and orders of the shop's."""

    def __init__(self, kind, where):
        self.kind = kind
        self.where = where
        if kind == "sqlite":
            self.store = SqliteStore(where, shared=True)
        else:
            self.store = postgres_store.PostgresStore(where)
        self.store.execute("CREATE TABLE orders (id TEXT)")
        self.opened = []

    def connect(self, **said):
        """The shop's connection, with a transaction that is open."""
        if self.kind == "sqlite":
            self.opened.append(sqlite3.connect(self.where, **said))
        else:
            self.opened.append(psycopg.connect(self.where, **said))
        begin(self.opened[-1])
        return self.opened[-1]

    def orders(self):
        """What others see of them."""
        return {row[0] for row in self.store.query("SELECT id FROM orders")}


def begin(connection):
    """The shop's first statement, which opens a transaction."""
    connection.execute(
        "BEGIN" if isinstance(connection, sqlite3.Connection) else "SELECT 1"
    )


@pytest.fixture(params=["sqlite", "postgres"])
def place(request):
    """The same on both."""
    name = "path" if request.param == "sqlite" else "postgres_url"
    place = Place(request.param, request.getfixturevalue(name))
    yield place
    for connection in place.opened:
        connection.close()
    place.store.close()


def order(connection, name):
    """Something that the shop writes by itself."""
    connection.execute(f"INSERT INTO orders VALUES ('{name}')")


def test_a_grant_commits_with_the_order(place):
    """Nobody sees either before, and everybody both afterwards."""
    connection = place.connect()
    order(connection, "first")
    store = borrow(connection)
    note(store, "yes")
    with store.transaction():
        note(store, "also")
        assert names(store) == {"yes", "also"}
    order(connection, "second")
    assert names(place.store) == place.orders() == set()
    connection.commit()
    assert names(place.store) == {"yes", "also"}
    assert place.orders() == {"first", "second"}


def test_a_grant_is_undone_with_the_order(place):
    """The caller's rollback takes both, also after the last savepoint."""
    connection = place.connect()
    store = borrow(connection)
    note(store, "yes")
    order(connection, "first")
    connection.rollback()
    assert names(place.store) == place.orders() == set()


def test_a_refusal_leaves_the_order(place):
    """What the ledger could not write is undone; the caller goes on."""
    connection = place.connect()
    order(connection, "first")
    store = borrow(connection)
    note(store, "yes")
    with pytest.raises(LedgerError, match="refused") as caught:
        note(store, "yes")
    assert "yes" not in str(caught.value)
    order(connection, "second")
    connection.commit()
    assert names(place.store) == {"yes"}
    assert place.orders() == {"first", "second"}


def test_a_part_is_undone_alone(place):
    """As in a store of our own."""
    connection = place.connect()
    store = borrow(connection)

    def fail():
        with store.transaction():
            note(store, "inner")
            raise ZeroDivisionError

    with store.transaction():
        note(store, "outer")
        with pytest.raises(ZeroDivisionError):
            fail()
        note(store, "after")
    connection.commit()
    assert names(place.store) == {"outer", "after"}


def test_one_store_serves_many_transactions(place):
    """Each is joined anew."""
    connection = place.connect()
    store = borrow(connection)
    for name in "abc":
        order(connection, name)
        note(store, name)
        connection.commit()
    assert names(place.store) == place.orders() == set("abc")
    begin(connection)
    assert store.executemany(
        "INSERT INTO anonsms_campaign (id, fingerprint, created_at) "
        "VALUES (?, '', 0)",
        [("d",), ("e",)],
    )
    connection.rollback()
    assert names(place.store) == set("abc")


def test_the_connection_stays_the_callers(place):
    """Closing the ledger closes nothing; whether one writes is seen."""
    connection = place.connect()
    store = borrow(connection)
    assert store.kind == place.kind
    assert store.serial is place.store.serial
    note(store, "yes")
    assert store.in_transaction
    connection.commit()
    assert not store.in_transaction
    store.close()
    assert not store.closed
    order(connection, "after")
    connection.commit()
    assert place.orders() == {"after"}
    assert "caller" in repr(store)


def test_a_borrowed_connection_does_not_wipe(place):
    """It would be in the midst of somebody's transaction."""
    store = borrow(place.connect())
    with pytest.raises(LedgerError, match="ledger's own store"):
        store.wipe()


def test_without_a_transaction_it_is_refused(place):
    """One that the ledger began would wait for a commit nobody sends."""
    connection = place.connect()
    connection.rollback()

    def idle():
        if place.kind == "sqlite":
            return not connection.in_transaction
        status = connection.info.transaction_status
        return status is psycopg.pq.TransactionStatus.IDLE

    with pytest.raises(ConfigurationError, match="No transaction is open"):
        borrow(connection)
    assert idle()
    order(connection, "first")
    store = borrow(connection)
    note(store, "yes")
    connection.commit()
    with pytest.raises(ConfigurationError, match="No transaction is open"):
        note(store, "late")
    assert idle()
    assert names(place.store) == {"yes"}
    assert place.orders() == {"first"}


def test_holding_and_numbering_need_a_transaction(place):
    """One of the ledger's, to say where it ends."""
    connection = place.connect()
    store = borrow(connection)
    for use in (
        lambda: store.hold(Hold.TREE),
        lambda: store.reserve("anonsms_subject", 1),
    ):
        with pytest.raises(LedgerError, match="inside"):
            use()
    with store.transaction():
        store.hold(Hold.PERSON, b"zoe")
        people = enrol(store, 3)
    connection.commit()
    with place.store.transaction():
        others = enrol(place.store, 3)
    assert not set(people) & set(others)


def test_factories_of_the_callers_do_not_disturb(place):
    """Rows and texts come as the ledger needs them; theirs stay."""
    connection = place.connect()
    if place.kind == "sqlite":
        connection.row_factory = sqlite3.Row
        connection.text_factory = bytes
    else:
        connection.row_factory = psycopg.rows.dict_row
        connection.adapters.register_dumper(
            int, psycopg.types.string.StrDumper
        )
    store = borrow(connection)
    note(store, "Zoé")
    assert store.query("SELECT id, created_at FROM anonsms_campaign") == [
        ("Zoé", 0)
    ]
    [row] = connection.execute("SELECT id FROM anonsms_campaign").fetchall()
    if place.kind == "sqlite":
        assert row["id"] == "Zoé".encode()
    else:
        assert row == {"id": "Zoé"}


def test_a_database_without_a_ledger_is_told_of(
    place, tmp_path, new_postgres_url
):
    """With how to begin one; the caller's transaction goes on."""
    if place.kind == "sqlite":
        place.where = tmp_path / "other.db"
    else:
        place.where = new_postgres_url()
    connection = place.connect()
    connection.execute("CREATE TABLE orders (id TEXT)")
    order(connection, "first")
    with pytest.raises(ConfigurationError, match="once by its URL"):
        borrow(connection)
    order(connection, "second")
    connection.commit()
    rows = connection.execute("SELECT id FROM orders").fetchall()
    assert {row[0] for row in rows} == {"first", "second"}


def test_another_schema_is_refused(place):
    """An older, newer or changed one: as when opening by a URL."""
    place.store.execute("DELETE FROM anonsms_migration WHERE number > 1")
    with pytest.raises(SchemaVersionError, match="schema 1"):
        borrow(place.connect())
    place.store.execute("UPDATE anonsms_migration SET sha256 = 'x'")
    connection = place.connect()
    with pytest.raises(SchemaVersionError, match="by hand"):
        borrow(connection)
    if place.kind == "sqlite":  # and no write lock is left behind
        place.store.execute("DELETE FROM orders")


def test_other_things_are_no_connections():
    """The error names the type, and what there is."""
    for thing in (object(), "postgresql://zoe:s3cret@h/shop", None):
        with pytest.raises(ConfigurationError, match=r"psycopg 3") as caught:
            borrow(thing)
        assert "s3cret" not in str(caught.value)


# SQLite ---------------------------------------------------------------------


@pytest.fixture
def file(path):
    """A file with a ledger."""
    SqliteStore(path, shared=True).close()
    return path


def test_a_lossy_connection_is_refused(file):
    """A power cut could take back a consent that was confirmed."""
    connection = sqlite3.connect(file)
    for level in ("OFF", "NORMAL"):
        connection.execute(f"PRAGMA synchronous = {level}")
        begin(connection)
        with pytest.raises(ConfigurationError, match="synchronous = FULL"):
            borrow(connection)
        connection.rollback()
    connection.execute("PRAGMA synchronous = EXTRA")
    begin(connection)
    note(borrow(connection), "x")
    connection.close()


def test_without_transactions_of_the_drivers_one_must_be_open(file):
    """Else each statement would be committed at once."""
    connection = sqlite3.connect(file, isolation_level=None)
    with pytest.raises(ConfigurationError, match="BEGIN IMMEDIATE"):
        borrow(connection)
    connection.execute("BEGIN IMMEDIATE")
    store = borrow(connection)
    note(store, "x")
    connection.execute("COMMIT")
    with pytest.raises(ConfigurationError, match="BEGIN IMMEDIATE"):
        note(store, "y")
    assert names(store) == {"x"}
    connection.close()


def test_a_stale_reader_is_not_let_write(file):
    """It read before somebody wrote; the error says how to begin."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("BEGIN")
    connection.execute("SELECT * FROM anonsms_campaign").fetchall()
    store = borrow(connection)
    other = SqliteStore(file, shared=True)
    note(other, "meanwhile")
    other.close()
    with pytest.raises(LedgerError, match=r"BUSY_SNAPSHOT.*IMMEDIATE"):
        note(store, "x")
    connection.close()


def test_deleted_rows_are_overwritten_from_then_on(file):
    """The driver's default leaves copies of rows that were moved."""
    connection = sqlite3.connect(file)
    begin(connection)
    borrow(connection)
    assert connection.execute("PRAGMA secure_delete").fetchone() == (1,)
    connection.close()


def test_another_thread_is_told_so(file):
    """Not the driver's text, which has numbers of threads."""
    connection = sqlite3.connect(file)
    begin(connection)
    store = borrow(connection)
    with ThreadPoolExecutor(1) as other:
        asked = other.submit(store.query, "SELECT 1")
        with pytest.raises(LedgerError, match="another thread"):
            asked.result(30)
    connection.close()


# PostgreSQL -----------------------------------------------------------------


@pytest.fixture
def schema_url(postgres_url):
    """A schema with a ledger."""
    postgres_store.PostgresStore(postgres_url).close()
    return postgres_url


def test_autocommit_needs_a_transaction_that_is_open(schema_url):
    """Psycopg's own block is one, and decides."""
    with psycopg.connect(schema_url, autocommit=True) as connection:
        with pytest.raises(ConfigurationError, match=r"connection\.tr"):
            borrow(connection)
        with connection.transaction():
            store = borrow(connection)
            note(store, "kept")
            with connection.transaction(force_rollback=True):
                note(store, "gone")
        with pytest.raises(ConfigurationError, match=r"connection\.tr"):
            note(store, "y")
        assert names(store) == {"kept"}


def test_a_hasty_connection_waits_for_the_disk(schema_url):
    """For the transaction that carries a consent, not for the others."""
    with psycopg.connect(
        f"{schema_url}%20-csynchronous_commit%3Doff"
    ) as connection:
        begin(connection)
        note(borrow(connection), "x")
        show = "SHOW synchronous_commit"
        assert connection.execute(show).fetchone() == ("on",)
        connection.commit()
        assert connection.execute(show).fetchone() == ("off",)


def test_a_failed_transaction_stays_failed(schema_url):
    """The caller's own error is not healed by a savepoint of ours."""
    with psycopg.connect(schema_url) as connection:
        begin(connection)
        store = borrow(connection)
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("SELECT * FROM nowhere")
        with pytest.raises(LedgerError, match="earlier statement"):
            note(store, "x")
        connection.rollback()
        begin(connection)
        note(store, "y")
    with psycopg.connect(schema_url) as connection:
        begin(connection)
        assert names(borrow(connection)) == {"y"}


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_an_older_snapshot_is_refused(schema_url, level):
    """It would not see a stop that was written a moment ago."""
    with psycopg.connect(schema_url) as connection:
        connection.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        with pytest.raises(ConfigurationError, match="READ COMMITTED"):
            borrow(connection)


def test_an_async_connection_is_refused():
    """The ledger's methods do not wait for anything."""
    if psycopg is None:
        pytest.skip("no psycopg")
    connection = psycopg.AsyncConnection.__new__(psycopg.AsyncConnection)
    with pytest.raises(ConfigurationError, match="not async"):
        borrow(connection)
