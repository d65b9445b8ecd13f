"""Events of one import are looked at together, and as closely as others."""

import contextlib
from datetime import timedelta

import pytest
from ledger_people import START, WORDING, person

from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger
from anonsms.ledger.checks import treecheck


PEOPLE = 700
# From the first of the import to the last, on both sides of a run of 256.
PLACES = (6, 255, 256, 350, 703)
CHANGES = {
    "kind": "'grant'",
    "scope": "'all'",
    "purpose": "'service'",
    "at": "at + 1",
    "recorded_at": "recorded_at - 1",
    "source": "'checkout'",
    "wording": "NULL",
    "rule": "'x'",
    "expires_at": "NULL",
    "details": "'{}'",
    "sealed": "x'00'",
    "sealed_sha256": "zeroblob(32)",
    "leaf": "zeroblob(32)",
    "id": "zeroblob(16)",
    "subject": "subject - 1",
    "seq": "99999",
    "leaf_index": "99999",
}


class UndoError(Exception):
    """Ends a transaction that is not to last."""


@pytest.fixture(scope="module")
def imported():
    """A ledger in memory with one import of 700 people."""
    with open_ledger(
        "sqlite://", KeyRing.generate(), clock=lambda: START
    ) as ledger:
        ledger.import_grants(
            map(person, range(PEOPLE)),
            "marketing",
            wording=WORDING,
            provenance="old shop",
            obtained_at=START - timedelta(days=9),
        )
        yield ledger


def verified(ledger, change):
    """What verify finds once a statement has run; then it is undone."""
    found = []
    with contextlib.suppress(UndoError), ledger.store.transaction():
        ledger.store.execute(change)
        found.append(ledger.verify(people=False))
        raise UndoError
    return found[0]


def test_the_quick_way_is_taken(imported, monkeypatch):
    """Most events of an import are never read one by one."""
    read = []
    original = treecheck.TreeCheck._each
    monkeypatch.setattr(
        treecheck.TreeCheck,
        "_each",
        lambda self, start, stop: (
            read.append(stop - start) or original(self, start, stop)
        ),
    )
    found = imported.verify(people=False)
    assert found.ok
    assert found.events == PEOPLE + 4
    assert sum(read) < found.events


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("column", CHANGES)
def test_a_change_in_the_midst_of_an_import_is_found(imported, place, column):
    """And it is said where, in a run that is alike but for this."""
    found = verified(
        imported,
        f"UPDATE anonsms_event SET {column} = {CHANGES[column]} "
        f"WHERE leaf_index = {place}",
    )
    assert not found.ok
    assert any(f"{place:,}" in fault.where for fault in found.faults) or (
        column in {"seq", "leaf_index"}
    )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE anonsms_event SET at = at + 1",
        "UPDATE anonsms_event SET purpose = 'service'",
        "UPDATE anonsms_event SET source = 'checkout' WHERE leaf_index > 9",
        "UPDATE anonsms_subject SET id = zeroblob(16) WHERE seq = 300",
        "UPDATE anonsms_subject SET number_sha256 = id WHERE seq = 300",
        "UPDATE anonsms_wording SET text = 'Oui.'",
        "DELETE FROM anonsms_event WHERE leaf_index = 300",
    ],
)
def test_a_change_of_them_all_is_found(imported, change):
    """Alike is not the same as unchanged."""
    assert not verified(imported, change).ok
    assert imported.verify(people=False).ok
