"""What every store of the ledger has to do, as a class of tests."""

# ruff: noqa: S101, PLR2004  # asserts are what a test is made of

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from anonsms.errors import LedgerError
from anonsms.ledger.store import Store
from anonsms.testing.store_holding import HoldingSuite
from anonsms.testing.store_rows import (
    NOTE,
    PEOPLE,
    enrol,
    in_child,
    in_child_inside,
    names,
    note,
    refused,
)
from anonsms.testing.store_transactions import TransactionSuite


class StoreSuite(TransactionSuite, HoldingSuite):
    """
    Tests that a :class:`~anonsms.ledger.store.Store` has to pass.

    Make a subclass whose name begins with ``Test`` and override
    :meth:`store`::

        class TestMyStore(StoreSuite):
            @pytest.fixture
            def store(self, tmp_path):
                with closing(MyStore(tmp_path)) as opened:
                    yield opened

    Attributes:
        readers_pass: Whether others can read while somebody writes. Set it
            to ``False`` for a store in memory with a single connection.
        survives_fork: Whether a forked child can go on with the store.
    """

    survives_fork = True

    @pytest.fixture
    def store(self) -> Iterator[Store]:
        """Give an empty store with the ledger's tables, and close it."""
        pytest.fail("Override the fixture `store` of StoreSuite.")

    @pytest.mark.parametrize(
        ("sql", "values"),
        [
            (NOTE, ("zoe-1234", "", 1)),
            (NOTE, (None, "zoe-1234", 1)),
            (NOTE, ("zoe-1234\udc00", "", 1)),
            (NOTE, ("other", "zoe-1234", 1 << 70)),
            (NOTE, ("other", "zoe-1234", "zoe-1234")),
            (NOTE, ("zoe-1234",)),
            ("SELECT zoe_1234 FROM anonsms_campaign", ()),
            ("INSERT INTO zoe_1234 VALUES (?)", ("zoe-1234",)),
        ],
    )
    def test_errors_carry_no_values(
        self, store: Store, sql: str, values: tuple[str | int | None, ...]
    ) -> None:
        """A name and a remedy; the driver's own error is not shown."""

        def write(*, many: bool) -> None:
            if many:
                store.executemany(sql, [values])
            else:
                store.execute(sql, values)

        note(store, "zoe-1234")
        for many in (False, True) if values else (False,):
            with pytest.raises(LedgerError) as caught:
                write(many=many)
            assert "1234" not in str(caught.value)
            assert caught.value.__cause__ is None
            assert caught.value.__suppress_context__
            assert not store.in_transaction
        assert names(store) == {"zoe-1234"}

    def test_a_wipe_keeps_what_is_kept(self, store: Store) -> None:
        """Rows that were not deleted are as they were."""
        for name in ("kept", "gone"):
            note(store, name)
        store.wipe()
        store.execute("DELETE FROM anonsms_campaign WHERE id = ?", ("gone",))
        store.wipe()
        assert names(store) == {"kept"}
        note(store, "new")
        assert names(store) == {"kept", "new"}

    def test_nobody_wipes_inside_a_transaction(self, store: Store) -> None:
        """What is to go is not committed yet; the transaction goes on."""
        with store.transaction():
            note(store, "kept")
            with pytest.raises(LedgerError, match="after the"):
                store.wipe()
        assert names(store) == {"kept"}

    def test_a_closed_store_says_so(self, store: Store) -> None:
        """Closing twice is harmless; using it afterwards is an error."""
        assert not store.closed
        store.close()
        store.close()
        assert store.closed
        for use in (lambda: note(store, "x"), lambda: names(store)):
            with pytest.raises(LedgerError, match="closed"):
                use()

    @pytest.mark.skipif(
        not hasattr(os, "fork"), reason="this system does not fork"
    )
    def test_a_forked_child_opens_its_own(self, store: Store) -> None:
        """It writes what its parent sees, and both number their own rows."""

        def write(name: str) -> None:
            with store.transaction():
                enrol(store, 1)
                note(store, name)

        write("before")
        if not self.survives_fork:
            assert in_child(lambda: refused(lambda: names(store))) == 0
            assert len(store.query(PEOPLE)) == 1
            return

        assert in_child(lambda: write("child")) == 0
        write("parent")
        assert names(store) == {"before", "child", "parent"}
        assert len(store.query(PEOPLE)) == 3

    @pytest.mark.skipif(
        not hasattr(os, "fork"), reason="this system does not fork"
    )
    @pytest.mark.parametrize("fail", [False, True])
    def test_a_forked_child_ends_no_transaction(
        self, store: Store, *, fail: bool
    ) -> None:
        """It is the parent's: leaving it in the child changes nothing."""
        assert in_child_inside(store, fail=fail) == 0
        assert names(store) == {"before", "after"}
