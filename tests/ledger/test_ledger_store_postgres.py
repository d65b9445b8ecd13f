"""What is PostgreSQL's own: the pool, the URL, locks, and its errors."""

import logging
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st


psycopg = pytest.importorskip("psycopg", reason="no psycopg")

from anonsms.errors import (  # noqa: E402
    ConfigurationError,
    LedgerError,
    MissingExtraError,
)
from anonsms.ledger.store import Hold, postgres_pool  # noqa: E402
from anonsms.ledger.store.postgres import PostgresStore  # noqa: E402
from anonsms.ledger.store.postgres_errors import named  # noqa: E402
from anonsms.ledger.store.postgres_sql import holding, numbered  # noqa: E402
from anonsms.testing.store_rows import names, note  # noqa: E402


@pytest.fixture
def store(postgres_url):
    """A store in a schema of its own."""
    opened = PostgresStore(postgres_url)
    yield opened
    opened.close()


@pytest.fixture
def admin(postgres_url):
    """Somebody else's connection to the same schema."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


def backend(store):
    """The process of the server that serves us."""
    [[number]] = store.query("SELECT pg_backend_pid()")
    return number


def end(admin, number):
    """Cut a connection off, and wait until it is."""
    admin.execute("SELECT pg_terminate_backend(%s, 10000)", (number,))


# The URL and its secret -------------------------------------------------


def shown(value):
    """All that an error shows, or may show of its frames."""
    frames, trace = [], value.__traceback__
    while trace:
        frames.append(repr(trace.tb_frame.f_locals))
        trace = trace.tb_next
    return "".join([str(value), repr(value.__context__), *frames])


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("postgresql://zoe:s3cret@127.0.0.1:1/shop", LedgerError),
        ("postgresql://zoe:s3cret@[oops/shop", ConfigurationError),
        ("postgresql://zoe:s3cret@h/shop?nonsense=1", ConfigurationError),
        ("", ConfigurationError),
    ],
)
def test_a_password_is_not_in_an_error(url, error, caplog):
    """Nor in its context, in frames of ours, or in a log."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(error, match=r"reached|cannot be read") as caught:
        PostgresStore(url)
    del url
    ours = caught.value.with_traceback(caught.tb.tb_next)
    assert "s3cret" not in shown(ours)
    assert "s3cret" not in caplog.text


def test_a_store_shows_its_database_only(store, postgres_url):
    """The password is not in the repr, nor is the host."""
    assert repr(store) == "<PostgresStore postgres>"
    with_password = postgres_url.replace("postgres:@", "postgres:s3cret@")
    other = PostgresStore(with_password)
    assert other.query("SELECT 1") == [(1,)]
    assert "s3cret" not in repr(other)
    other.close()


def test_a_missing_driver_names_the_extra():
    """With the command that installs it."""
    program = (
        "import sys; sys.modules['psycopg'] = None\n"
        "import anonsms.ledger.store\n"
        "import anonsms.ledger.store.postgres"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
    )
    assert MissingExtraError.__name__ in run.stderr
    assert 'pip install "anonsms[postgres]"' in run.stderr


def test_an_old_server_is_refused(postgres_url, monkeypatch):
    """Before anything is made there."""
    monkeypatch.setattr(postgres_pool, "OLDEST", 10_000_000)
    with pytest.raises(ConfigurationError, match="15 or newer"):
        PostgresStore(postgres_url)


# Durability, whatever the defaults ---------------------------------------


def test_a_commit_waits_for_the_disk(store, admin, postgres_url):
    """Also where the role's default is not to, and is to be read-only."""
    options = "%20-csynchronous_commit%3Doff%20-cdefault_transaction"
    hasty = PostgresStore(
        f"{postgres_url}{options}_read_only%3Don%20"
        "-cdefault_transaction_isolation%3Dserializable",
        migrate=False,
    )
    assert hasty.query("SHOW synchronous_commit") == [("off",)]
    with hasty.transaction():
        assert hasty.query("SHOW synchronous_commit") == [("on",)]
        assert hasty.query("SHOW transaction_isolation") == [
            ("read committed",)
        ]
        note(hasty, "x")
    assert names(store) == {"x"}
    hasty.close()


# The pool -----------------------------------------------------------------


def test_connections_are_used_again(store):
    """The last one first: one thread uses one."""
    first = backend(store)
    with store.transaction():
        assert backend(store) == first
    assert backend(store) == first


def test_threads_wait_for_a_connection(store, monkeypatch):
    """There are never more than the pool's size; everybody gets one."""
    monkeypatch.setattr(postgres_pool, "SIZE", 3)
    together = threading.Barrier(8)

    def work(n):
        together.wait(30)
        with store.transaction():
            note(store, str(n))
            return backend(store)

    with ThreadPoolExecutor(8) as pool:
        used = set(pool.map(work, range(8)))
    assert 1 <= len(used) <= 3
    assert len(names(store)) == 8


def test_a_pool_that_stays_empty_is_told_of(store, monkeypatch):
    """After a while, with what to look for."""
    monkeypatch.setattr(postgres_pool, "SIZE", 1)
    monkeypatch.setattr(postgres_pool, "PATIENCE", 0.05)
    with (
        store.transaction(),
        ThreadPoolExecutor(1) as other,
        pytest.raises(LedgerError, match="All 1 connections"),
    ):
        other.submit(names, store).result(30)
    assert names(store) == set()


def test_a_connection_cut_off_while_idle_is_replaced(store, admin):
    """A server that was started anew is not even noticed."""
    with store.transaction(), ThreadPoolExecutor(1) as other:
        cut = {backend(store), other.submit(backend, store).result(30)}
    assert len(cut) == 2
    for number in cut:
        end(admin, number)
    assert names(store) == set()
    cut.add(backend(store))
    end(admin, backend(store))
    with store.transaction():
        note(store, "x")
        assert backend(store) not in cut
    assert names(store) == {"x"}


def test_a_connection_cut_off_at_work_is_an_error(store, admin):
    """What was not committed is gone, nothing is done twice."""

    def fail():
        with store.transaction():
            note(store, "gone")
            end(admin, backend(store))
            note(store, "never")

    with pytest.raises(LedgerError, match="connection was lost"):
        fail()
    assert not store.in_transaction
    note(store, "kept")
    assert names(store) == {"kept"}


def test_a_connection_cut_off_in_a_part_is_an_error(store, admin):
    """And the transaction around it cannot go on as if nothing had been."""

    def fail():
        with store.transaction():
            note(store, "gone")
            try:
                with store.transaction():
                    end(admin, backend(store))
                    note(store, "never")
            except LedgerError:
                pass

    with pytest.raises(LedgerError, match="refused"):
        fail()
    assert names(store) == set()


def test_closing_waits_for_nobody(store):
    """A transaction that is open ends first, its connection after it."""
    with store.transaction():
        note(store, "x")
        store.close()
        note(store, "y")
    assert store._pool._idle == []
    assert not store._pool._lent
    with pytest.raises(LedgerError, match="closed"):
        names(store)


# Locks --------------------------------------------------------------------


def test_who_waits_too_long_is_told(store, monkeypatch):
    """Which is 10 s; less here. The error says what to look for."""
    monkeypatch.setattr(
        "anonsms.ledger.store.postgres.BEGIN",
        "BEGIN; SET LOCAL lock_timeout = '50ms'",
    )

    def second():
        with store.transaction():
            store.hold(Hold.TREE)

    with store.transaction(), ThreadPoolExecutor(1) as other:
        store.hold(Hold.TREE)
        with pytest.raises(LedgerError, match="left open"):
            other.submit(second).result(30)


def test_a_deadlock_is_named_and_leaves_one(store):
    """One of the two is given up, and told to do it again."""
    both = threading.Barrier(2)

    def take(first, second):
        try:
            with store.transaction():
                store.hold(Hold.PERSON, first)
                both.wait(30)
                store.hold(Hold.PERSON, second)
        except LedgerError as error:
            return str(error)
        return "done"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(take, [b"a", b"b"], [b"b", b"a"]))
    assert said[1] == "done"
    assert "DeadlockDetected, 40P01" in said[0]
    assert "again" in said[0]


def test_ledgers_of_one_database_do_not_wait_for_each_other(
    store, new_postgres_url
):
    """Advisory locks have one space of numbers; each ledger has its own."""
    neighbour = PostgresStore(new_postgres_url())

    def other():
        with neighbour.transaction():
            neighbour.hold(Hold.PEOPLE)
            return "through"

    with store.transaction(), ThreadPoolExecutor(1) as pool:
        store.hold(Hold.PEOPLE)
        assert pool.submit(other).result(30) == "through"
    neighbour.close()


@given(st.sampled_from(list(Hold)), st.binary(), st.integers(0, 1 << 32))
def test_numbers_of_locks_fit_the_server(what, name, ledger):
    """64 bits with a sign, and the same for the same name."""
    sql, params = holding(what, name, ledger)
    assert sql.count("?") == len(params) == 1 + (what is Hold.PERSON)
    assert all(-(1 << 63) <= each < 1 << 63 for each in params)
    assert holding(what, name, ledger) == (sql, params)


def test_a_process_numbers_its_rows_in_runs(store, postgres_url):
    """One value of the sequence for 1,024 people, also one by one."""
    other = PostgresStore(postgres_url)
    taken = []
    for one in (store, other, store, other):
        with one.transaction():
            taken += [one.reserve("anonsms_subject", 1) for _ in range(3)]
    other.close()
    assert taken == [1, 2, 3, 1025, 1026, 1027, 4, 5, 6, 1028, 1029, 1030]
    for count in (0, 1001):
        with store.transaction(), pytest.raises(ValueError, match="1,000"):
            store.reserve("anonsms_subject", count)


# Statements and errors ----------------------------------------------------


@pytest.mark.parametrize(
    ("shared", "own"),
    [
        ("SELECT 1", "SELECT 1"),
        ("VALUES (?, ?)", "VALUES ($1, $2)"),
        ("a = '?' OR b = ?", "a = '?' OR b = $1"),
        ("a = 'it''s ?' OR b = ?", "a = 'it''s ?' OR b = $1"),
        ('"odd ? name" = ? -- ?\n AND c = ?',
         '"odd ? name" = $1 -- ?\n AND c = $2'),
        ("a LIKE '50%' AND b % 2 = ?", "a LIKE '50%' AND b % 2 = $1"),
    ],
)  # fmt: skip
def test_question_marks_become_parameters(shared, own):
    """But not those in literals, quoted names and comments."""
    assert numbered(shared) == own


def test_every_hint_is_found_by_its_state():
    """The longest beginning wins; an unknown state has a name only."""

    def said(state):
        return str(named(psycopg.errors.lookup(state)("the driver's text")))

    assert "look before" in said("57P01")
    assert "look before" in said("08006")
    assert "Do it again" in said("40001")
    assert "given up" in said("40P01")
    assert "grant" in said("42501")
    assert "disk is full" in said("53100")
    assert said("22012") == "The database refused (DivisionByZero, 22012)."


def test_the_driver_logs_no_values(store, caplog):
    """Neither at work nor when refused."""
    caplog.set_level(logging.DEBUG)
    note(store, "zoe-1234")
    with pytest.raises(LedgerError, match="UniqueViolation, 23505"):
        note(store, "zoe-1234")
    assert "1234" not in caplog.text
