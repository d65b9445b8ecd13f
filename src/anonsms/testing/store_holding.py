"""What a store has to do for those who write at once."""

# ruff: noqa: S101, PLR2004  # asserts are what a test is made of

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from anonsms.errors import LedgerError
from anonsms.ledger.store import Hold, Store
from anonsms.testing.store_rows import (
    PATIENCE,
    PEOPLE,
    enrol,
    names,
    note,
)


class HoldingSuite:
    """Holds and row numbers, a part of :class:`StoreSuite`."""

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ((Hold.PERSON, b"zoe"), (Hold.PERSON, b"zoe")),
            ((Hold.PEOPLE, b""), (Hold.PEOPLE, b"")),
            ((Hold.PEOPLE, b""), (Hold.PERSON, b"zoe")),
            ((Hold.PERSON, b"zoe"), (Hold.PEOPLE, b"")),
            ((Hold.TREE, b""), (Hold.TREE, b"")),
            ((Hold.CAMPAIGN, b"spring"), (Hold.CAMPAIGN, b"spring")),
        ],
    )
    def test_who_holds_keeps_others_waiting(
        self,
        store: Store,
        first: tuple[Hold, bytes],
        second: tuple[Hold, bytes],
    ) -> None:
        """The second goes on when the first has committed, and sees that."""
        held, waiting = threading.Event(), threading.Event()

        def other() -> set[str]:
            assert held.wait(PATIENCE)
            waiting.set()
            with store.transaction():
                store.hold(*second)
                return names(store)

        with ThreadPoolExecutor(1) as pool:
            with store.transaction():
                store.hold(*first)
                note(store, "first")
                seen = pool.submit(other)
                held.set()
                assert waiting.wait(PATIENCE)
                # It must not get through; a slow one proves nothing, but
                # one that does not wait is caught nearly always.
                assert not wait([seen], timeout=0.1).done
            assert seen.result(PATIENCE) == {"first"}

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ((Hold.PERSON, b"zoe"), (Hold.PERSON, b"leo")),
            ((Hold.PERSON, b"zoe"), (Hold.TREE, b"")),
            ((Hold.PERSON, b"zoe"), (Hold.CAMPAIGN, b"zoe")),
            ((Hold.PEOPLE, b""), (Hold.TREE, b"")),
            ((Hold.CAMPAIGN, b"spring"), (Hold.CAMPAIGN, b"summer")),
        ],
    )
    def test_who_holds_something_else_goes_on(
        self,
        store: Store,
        first: tuple[Hold, bytes],
        second: tuple[Hold, bytes],
    ) -> None:
        """Where transactions are not serial, they pass each other."""
        if store.serial:
            pytest.skip("one transaction after another, here")

        def other() -> None:
            with store.transaction():
                store.hold(*second)
                note(store, "second")

        with ThreadPoolExecutor(1) as pool, store.transaction():
            store.hold(*first)
            pool.submit(other).result(PATIENCE)
            assert names(store) == {"second"}

    def test_a_hold_can_be_taken_twice(self, store: Store) -> None:
        """By whoever has it; also in a part of the transaction."""
        with store.transaction():
            for what in Hold:
                store.hold(what, b"zoe")
                with store.transaction():
                    store.hold(what, b"zoe")

    def test_numbers_are_given_once(self, store: Store) -> None:
        """Eight threads take runs of rows; none overlaps another."""

        def take(count: int) -> range:
            with store.transaction():
                return enrol(store, count)

        sizes = [1, 7, 1000, 1, 400, 900, 2, 1000, 1, 1]
        with ThreadPoolExecutor(8) as pool:
            taken = list(pool.map(take, sizes))
        numbers = [n for run in taken for n in run]
        assert len(set(numbers)) == len(numbers) == sum(sizes)
        assert min(numbers) >= 1
        assert {row[0] for row in store.query(PEOPLE)} == set(numbers)

    def test_numbers_after_a_rollback_are_free(self, store: Store) -> None:
        """Given again or skipped, but never those of a row that is there."""

        def fail() -> None:
            with store.transaction():
                store.reserve("anonsms_subject", 10)
                raise ZeroDivisionError

        for _ in range(2):
            with store.transaction():
                enrol(store, 3)
            with pytest.raises(ZeroDivisionError):
                fail()
        assert len(store.query(PEOPLE)) == 6

    def test_outside_a_transaction_there_is_nothing_to_hold(
        self, store: Store
    ) -> None:
        """It would be given back at once: an error, not an illusion."""
        with pytest.raises(LedgerError, match="inside"):
            store.hold(Hold.TREE)
        with pytest.raises(LedgerError, match="inside"):
            store.reserve("anonsms_subject", 1)
