"""What must not happen inside a transaction that may be rolled back."""

import pytest
from ledger_people import WORDING, person

from anonsms.errors import LedgerError
from anonsms.ledger import open_ledger


def test_no_checkpoint_leaves_an_open_transaction(ledger, zoe):
    """A root that was rolled back would accuse the ledger for ever."""
    ledger.grant(zoe, "marketing", wording=WORDING, source="checkout")
    with ledger.store.transaction():
        ledger.withdraw(zoe, source="sms")
        with pytest.raises(LedgerError, match="transaction"):
            ledger.checkpoint()
    note = ledger.checkpoint()
    assert ledger.verify([note]).ok


def test_two_noes_of_one_instant_outlive_a_rotation(url, keys, clock):
    """Of the same moment, neither is the later one: the sum decides."""
    with open_ledger(url, keys, clock=clock) as ledger:
        for each in range(12):
            ledger.erase(person(each), source="staff")
            ledger.suppress(person(each), "court order", source="staff")
            ledger.suppress(person(each), "dead number", source="staff")
        before = [ledger.state(person(n), "service") for n in range(12)]
    with open_ledger(
        url, keys.rotate("index"), rotate=True, clock=clock
    ) as ledger:
        assert ledger.verify().faults == ()
        after = [ledger.state(person(n), "service") for n in range(12)]
    assert [s.suppressed != "" for s in after] == [True] * 12
    assert [s.status for s in after] == [s.status for s in before]
