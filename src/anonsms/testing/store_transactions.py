"""What a store's transactions have to do."""

# ruff: noqa: S101, PLR2004  # asserts are what a test is made of

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from anonsms.errors import LedgerError
from anonsms.ledger.store import Store
from anonsms.testing.store_rows import (
    CUT_UP,
    NOTE,
    PATIENCE,
    PEOPLE,
    names,
    note,
)


class TransactionSuite:
    """
    Durable transactions, a part of :class:`StoreSuite`.

    Attributes:
        readers_pass: Whether others can read while somebody writes. Set it
            to ``False`` for a store in memory with a single connection.
    """

    readers_pass = True

    def test_what_is_written_is_read(self, store: Store) -> None:
        """Numbers of 64 bits, any text and any bytes come back as they are."""
        name, number = "Zoé 🎈 100 % ? \\ 'x'", (1 << 63) - 1
        store.execute(NOTE, (name, "", number))
        store.execute(NOTE, ("-", "", -number - 1))
        rows = store.query(
            "SELECT id, created_at, created_at > ?, '?%' "
            "FROM anonsms_campaign ORDER BY created_at",
            (0,),
        )
        assert [tuple(row) for row in rows] == [
            ("-", -number - 1, False, "?%"),
            (name, number, True, "?%"),
        ]
        every = bytes(range(256))
        store.execute(
            "INSERT INTO anonsms_subject (seq, id, number, number_sha256) "
            "VALUES (?, ?, ?, ?)",
            (1, every, None, b""),
        )
        [row] = store.query(
            "SELECT id, number, number_sha256 FROM anonsms_subject"
        )
        assert row == (every, None, b"")
        assert [type(value) for value in row] == [bytes, type(None), bytes]

    def test_many_rows_come_from_long_values(self, store: Store) -> None:
        """One statement cuts them up, as imports do."""
        count = 300
        ids, hashes = os.urandom(16 * count), os.urandom(32 * count)
        with store.transaction():
            first = store.reserve("anonsms_subject", count)
            changed = store.execute(
                CUT_UP, (count, first, ids, b"-", hashes, 7, None)
            )
        assert changed == count
        assert store.query(f"{PEOPLE} ORDER BY seq") == [
            (
                first + n,
                ids[16 * n : 16 * n + 16],
                hashes[32 * n : 32 * n + 32],
                7,
                None,
            )
            for n in range(count)
        ]

    def test_statements_say_how_much_they_changed(self, store: Store) -> None:
        """For compare-and-set: no row changed means somebody was faster."""
        rows = [(str(n), "", n) for n in range(3)]
        assert store.executemany(NOTE, rows) == 3
        with store.transaction():
            assert store.executemany(NOTE, [("4", "", 4)]) == 1
        update = "UPDATE anonsms_campaign SET created_at = 9 WHERE id = ?"
        assert store.execute(update, ("0",)) == 1
        assert store.execute(update, ("nobody",)) == 0
        quiet = f"{NOTE} ON CONFLICT (id) DO NOTHING"
        assert store.execute(quiet, ("0", "", 1)) == 0

    def test_a_transaction_is_all_or_nothing(self, store: Store) -> None:
        """Nothing of one that failed is left, all of one that did not."""

        def fail() -> None:
            with store.transaction():
                note(store, "lost")
                assert names(store) == {"lost"}
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert names(store) == set()
        with store.transaction():
            note(store, "kept")
            note(store, "too")
        assert names(store) == {"kept", "too"}

    def test_an_inner_transaction_is_undone_alone(self, store: Store) -> None:
        """What is around it goes on and commits."""

        def fail() -> None:
            with store.transaction():
                note(store, "inner")
                with store.transaction():
                    note(store, "innermost")
                raise ZeroDivisionError

        with store.transaction():
            note(store, "outer")
            with pytest.raises(ZeroDivisionError):
                fail()
            with store.transaction():
                note(store, "second")
            assert names(store) == {"outer", "second"}
        assert names(store) == {"outer", "second"}

    def test_an_outer_transaction_undoes_the_inner(self, store: Store) -> None:
        """A part that was complete goes with the whole."""

        def fail() -> None:
            with store.transaction():
                with store.transaction():
                    note(store, "inner")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert names(store) == set()

    def test_a_refused_statement_is_undone_alone(self, store: Store) -> None:
        """In a transaction of its own; the one around it goes on."""

        def twice() -> None:
            with store.transaction():
                note(store, "gone")
                note(store, "there")

        note(store, "there")
        with store.transaction():
            note(store, "before")
            with pytest.raises(LedgerError):
                twice()
            note(store, "after")
        assert names(store) == {"there", "before", "after"}

    def test_no_commit_hides_a_refusal(self, store: Store) -> None:
        """Leaving without an error means that what was written is kept."""
        note(store, "there")
        kept = True
        try:
            with store.transaction():
                note(store, "before")
                with pytest.raises(LedgerError):
                    note(store, "there")
        except LedgerError:
            kept = False
        assert names(store) == ({"there", "before"} if kept else {"there"})

    def test_a_transaction_belongs_to_its_thread(self, store: Store) -> None:
        """Others are not inside it, and nobody is once it is over."""
        assert not store.in_transaction
        with store.transaction(), ThreadPoolExecutor(1) as other:
            with store.transaction():
                assert store.in_transaction
            assert store.in_transaction
            seen = other.submit(lambda: store.in_transaction)
            assert not seen.result(PATIENCE)
        assert not store.in_transaction

    def test_others_see_what_is_committed(self, store: Store) -> None:
        """And they never wait for somebody who is writing."""
        if not self.readers_pass:
            pytest.skip("this store has one connection for all")
        with ThreadPoolExecutor(1) as other:
            with store.transaction():
                note(store, "new")
                during = other.submit(names, store).result(PATIENCE)
            after = other.submit(names, store).result(PATIENCE)
        assert during == set()
        assert after == {"new"}

    def test_a_snapshot_is_one_moment(self, store: Store) -> None:
        """What others commit meanwhile shows afterwards, to others at once."""
        note(store, "old")
        with store.snapshot():
            before = names(store)
            if self.readers_pass:
                with ThreadPoolExecutor(1) as other:
                    other.submit(note, store, "new").result(PATIENCE)
                    theirs = other.submit(names, store).result(PATIENCE)
                assert theirs == {"old", "new"}
            during = names(store)
        assert before == during == {"old"}
        note(store, "newer")
        assert "newer" in names(store)

    def test_a_snapshot_in_a_transaction_sees_it(self, store: Store) -> None:
        """There it has nothing to do."""
        with store.transaction():
            note(store, "new")
            with store.snapshot():
                assert names(store) == {"new"}
            note(store, "newer")
        assert names(store) == {"new", "newer"}

    def test_threads_share_a_store(self, store: Store) -> None:
        """Eight write and read at once; nothing is lost or mixed up."""
        together = threading.Barrier(8)

        def work(worker: int) -> None:
            together.wait(PATIENCE)
            for n in range(10):
                with store.transaction():
                    note(store, f"{worker}-{n}")
                    note(store, f"{worker}-{n}-too")
                assert f"{worker}-{n}" in names(store)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(8)))
        assert len(names(store)) == 160
