"""Checkpoints and proofs as a ledger makes them, and what gets in between."""

import threading

import pytest
from ledger_people import WORDING, person

from anonsms.consent import EventKind, Wording
from anonsms.errors import (
    ConfigurationError,
    LedgerError,
    ProofError,
    SchemaVersionError,
)
from anonsms.keys import KeyRing
from anonsms.ledger import (
    CheckpointFile,
    open_ledger,
    read_checkpoint,
    verify_proof,
)


@pytest.fixture
def granted(ledger, zoe):
    """A ledger with a grant."""
    ledger.grant(zoe, "marketing", wording=WORDING, source="checkout")
    return ledger


def test_signing_the_same_ledger_gives_the_same_note(granted, clock):
    """Only what happened makes a new one."""
    note = granted.checkpoint()
    clock.move(days=1)
    assert granted.checkpoint() == note
    granted.withdraw(person(1), source="sms")
    assert granted.checkpoint() != note


def test_a_note_names_the_ledger_and_the_time(url, keys, clock):
    """The origin is chosen once."""
    with open_ledger(url, keys, clock=clock, origin="shop.example/a") as made:
        note = made.checkpoint()
        checkpoint = read_checkpoint(note, made.verifiers)
    assert checkpoint.origin == "shop.example/a"
    assert checkpoint.at == clock.now
    with pytest.raises(ConfigurationError, match="another origin"):
        open_ledger(url, keys, clock=clock, origin="shop.example/b")
    with open_ledger(url, keys, clock=clock) as again:
        assert again.origin == "shop.example/a"


def test_every_sink_gets_the_note(url, keys, tmp_path):
    """Also those behind one that fails, which is told."""
    kept = CheckpointFile(tmp_path / "kept.txt")
    heard = []

    def broken(note):
        raise OSError(note)

    with open_ledger(url, keys, sinks=[heard.append, broken, kept]) as opened:
        with pytest.raises(LedgerError, match="OSError") as caught:
            opened.checkpoint()
        assert opened.verify(kept.read()).checkpoints == 2
    assert heard == kept.read()
    assert heard[0] not in str(caught.value)


def test_a_planted_note_is_not_handed_out(granted, zoe):
    """Somebody else's signature under our size: ours takes its place."""
    stranger = open_ledger("sqlite://", KeyRing.generate())
    planted = stranger.checkpoint()
    size = read_checkpoint(granted.checkpoint(), granted.verifiers).size
    granted.store.execute("UPDATE anonsms_checkpoint SET note = ?", (planted,))
    with pytest.raises(ProofError, match="does not continue"):
        granted.checkpoint()
    [event] = granted.history(zoe)
    with pytest.raises(ProofError, match="does not continue"):
        granted.prove(event)
    granted.store.execute("DELETE FROM anonsms_checkpoint")
    proven = verify_proof(granted.prove(event), granted.verifiers)
    assert proven.checkpoint.size == size
    stranger.close()


def test_what_does_not_continue_is_not_signed(granted):
    """A tree that was cut gets no signature any more."""
    granted.checkpoint()
    granted.store.execute("DELETE FROM anonsms_event WHERE leaf_index > 3")
    granted.store.execute(
        "UPDATE anonsms_tree SET size = 0, frontier = ?", (b"",)
    )
    with pytest.raises(ProofError, match="does not continue"):
        granted.checkpoint()


def test_a_ring_that_cannot_sign(granted, url, keys, zoe, clock):
    """It proves under notes that are there, and makes none."""
    asking = keys.restrict("index", "seal")
    verifiers = granted.verifiers
    [event] = granted.history(zoe)
    with open_ledger(url, asking, clock=clock) as opened:
        assert opened.verifiers == ()
        with pytest.raises(ConfigurationError, match="sign"):
            opened.prove(event)
        granted.checkpoint()
        assert (
            verify_proof(opened.prove(event), verifiers).event.id == event.id
        )


def test_both_keys_sign_while_the_ring_holds_both(granted, url, keys, clock):
    """Who trusts the old key alone is content, and who trusts the new."""
    old = granted.verifiers
    granted.close()
    both = keys.rotate("sign")
    with open_ledger(url, both, clock=clock) as opened:
        note = opened.checkpoint()
        new = opened.verifiers[:1]
        assert opened.verifiers[1:] == old
    assert read_checkpoint(note, old) == read_checkpoint(note, new)
    later = both.retire("sign", 1)
    with open_ledger(url, later, clock=clock) as opened:
        opened.withdraw(person(3), source="sms")
        note = opened.checkpoint()
        assert opened.verify().ok is True
    with pytest.raises(ProofError):
        read_checkpoint(note, old)


def test_events_of_the_shop_are_proven_too(granted):
    """Which text was published, and when."""
    published = granted.publish(Wording("till", "1", "fr", "Oui."))
    proven = verify_proof(granted.prove(published), granted.verifiers)
    assert proven.event.kind is EventKind.PUBLISHED
    assert dict(proven.event.details)["id"] == "till"


def test_verify_sees_one_moment(granted, url, keys, clock):
    """Somebody who writes meanwhile is no fault of the ledger's."""
    done = threading.Event()
    with open_ledger(url, keys, clock=clock) as other:

        def write():
            numbers = iter(range(100, 9_000))
            while not done.is_set():
                other.withdraw(person(next(numbers)), source="sms")

        writer = threading.Thread(target=write)
        writer.start()
        try:
            found = [granted.verify()]
            while len(found) < 5 or found[-1].size == found[0].size:
                found.append(granted.verify())
        finally:
            done.set()
            writer.join()
    assert {each.faults for each in found} == {()}


def test_a_key_mark_that_was_removed_is_missed(granted, url, keys, clock):
    """Else a ring of another shop would pass for the ledger's own."""
    granted.store.execute("DELETE FROM anonsms_key_check")
    assert not granted.verify(people=False).ok
    with pytest.raises(LedgerError, match="mark was removed"):
        open_ledger(url, KeyRing.generate(), clock=clock)


@pytest.mark.parametrize(
    ("damage", "error"),
    [
        ("UPDATE anonsms_purpose SET family = 'x'", LedgerError),
        (
            "UPDATE anonsms_migration SET number = 0 WHERE number = 1",
            SchemaVersionError,
        ),
        ("UPDATE anonsms_migration SET sha256 = 'x'", SchemaVersionError),
    ],
)
def test_damaged_tables_do_not_open(granted, url, keys, damage, error):
    """An error of ours, which says what to do."""
    granted.store.execute(damage)
    with pytest.raises(error):
        open_ledger(url, keys)
