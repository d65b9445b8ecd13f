"""Newer keys: everybody stands where they stood, and old rings are told."""

import pytest
from ledger_people import START, WHO, WORDING, person
from ledger_rotating import (
    Vault,
    everybody,
    people_of,
    standing,
)

from anonsms.consent import Status
from anonsms.errors import ConfigurationError, LedgerError, SealError
from anonsms.keys import KeyRing
from anonsms.ledger import Verifier, open_ledger
from anonsms.ledger.store.sqlite import SqliteStore


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, path):
    """Each kind of database in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{path}"
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def shop(ledger):
    """A ledger with people of every kind."""
    people_of(ledger)
    return ledger


@pytest.mark.parametrize("power", ["index", "seal", "sign"])
def test_everybody_stands_where_they_stood(shop, url, keys, clock, power):
    """Twice rotated: same states, same proofs, no fault, old notes agree."""
    before = standing(shop)
    notes = [shop.checkpoint()]
    old = [str(each) for each in shop.verifiers]
    shop.close()
    ring = keys
    for _ in range(2):
        ring = ring.rotate(power)
        with open_ledger(url, ring, clock=clock, rotate=True) as ledger:
            assert standing(ledger) == before
            notes.append(ledger.checkpoint())
            assert ledger.verify(notes, verifiers=old).ok
            assert ledger.rotate(ring).renewed == 0


def test_the_report_counts(shop, url, keys, clock):
    """People renewed and wrapped; the epochs that nothing needs now."""
    people = len(everybody())
    ring = keys.rotate("index").rotate("seal")
    report = shop.rotate(ring)
    assert (report.index_version, report.renewed) == (2, people)
    assert (report.epoch, report.retirable) == (2, (1,))
    assert report.wrapped == people - 1  # one has no key to wrap
    with open_ledger(url, ring, clock=clock) as ledger:
        again = ledger.rotate(ring)
    assert (again.renewed, again.wrapped, again.retirable) == (0, 0, ())


def test_an_epoch_that_was_left_can_be_retired(shop, url, keys, clock):
    """Without its key the ledger opens, and so do number and evidence."""
    ring = keys.rotate("seal")
    [old] = shop.rotate(ring).retirable
    event = shop.history(person(1))[-1]
    shop.close()
    with open_ledger(url, ring.retire("seal", old), clock=clock) as ledger:
        assert ledger.evidence(event, **WHO) == {"who": "them"}
        assert ledger.verify().ok
        assert not ledger.verify().skipped
    with pytest.raises(ConfigurationError, match="copy from before"):
        open_ledger(url, keys)


def test_a_retired_epoch_closes_the_backups(shop, path, url, keys, clock):
    """What only its key could open is closed in every copy."""
    if not url.startswith("sqlite"):
        pytest.skip("a copy of a file")
    shop.store.wipe()
    copy = path.with_name("copy.db")
    copy.write_bytes(path.read_bytes())
    ring = keys.rotate("seal")
    shop.rotate(ring)
    with pytest.raises(ConfigurationError, match="ring of its time"):
        open_ledger(f"sqlite:///{copy}", ring.retire("seal", 1))
    store = SqliteStore(copy)
    for power, version in (("seal", 1), ("seal", 2)):
        store.execute(
            "DELETE FROM anonsms_key_check WHERE power = ? AND version = ?",
            (power, version),
        )
    store.close()
    event = shop.history(person(1))[-1]
    with (
        open_ledger(f"sqlite:///{copy}", ring.retire("seal", 1)) as ledger,
        pytest.raises(SealError, match="epoch 1 is not in this ring"),
    ):
        ledger.evidence(event, **WHO)


def test_signing_keys_stand_side_by_side(shop, url, keys, clock):
    """Who knows the old key alone can check the next checkpoint."""
    [old] = shop.verifiers
    ring = keys.rotate("sign")
    with open_ledger(url, ring, clock=clock, rotate=True) as ledger:
        note = ledger.checkpoint()
        assert ledger.verify([note], verifiers=[str(old)]).ok
        assert ledger.verifiers[1] == old
    assert note.count("\n— ") == 2
    assert isinstance(old, Verifier)


def test_old_tokens_are_gone_from_the_file(shop, path, url, keys, clock):
    """Whoever had the old index key has nothing to try it on."""
    if not url.startswith("sqlite"):
        pytest.skip("looks into the file")
    tokens = shop.tokens(everybody())
    [digests] = zip(
        *shop.store.query(
            "SELECT number FROM anonsms_subject "
            "WHERE wrapped IS NULL AND number IS NOT NULL"
        ),
        strict=True,
    )
    shop.rotate(keys.rotate("index"))
    files = b"".join(
        each.read_bytes() for each in path.parent.glob(f"{path.name}*")
    )
    assert not [token for token in (*tokens, *digests) if token in files]


def test_messages_of_before_are_found(shop, url, keys, clock):
    """An event that was returned before still leads to its evidence."""
    event = shop.history(person(1))[-1]
    shop.close()
    ring = keys.rotate("index")
    with open_ledger(url, ring, clock=clock, rotate=True) as ledger:
        assert ledger.evidence(event, **WHO) == {"who": "them"}


def asked(ledger):
    """All that can be asked or written with a person's number."""
    known, stranger = person(0), person(4711)
    yes = {"wording": WORDING, "source": "checkout"}
    yield lambda: ledger.state(known, "marketing")
    yield lambda: ledger.states([known, stranger], "marketing")
    yield lambda: ledger.history(known)
    yield lambda: ledger.withdraw(known, source="sms")
    yield lambda: ledger.withdraw(stranger, source="sms")
    yield lambda: ledger.grant(known, "marketing", **yes)
    yield lambda: ledger.import_grants(
        [known],
        "marketing",
        wording=WORDING,
        provenance="x",
        obtained_at=START,
    )
    yield lambda: ledger.import_withdrawals([stranger], provenance="x")


def test_a_process_with_the_old_index_is_refused(shop, url, keys, clock):
    """Every question: it would overlook, or lose, an opt-out."""
    with open_ledger(url, keys, clock=clock) as other:
        shop.rotate(keys.rotate("index"))
        for ledger in (shop, other):
            for ask in asked(ledger):
                with pytest.raises(ConfigurationError, match="anew"):
                    ask()
    with pytest.raises(ConfigurationError, match="another index key"):
        open_ledger(url, keys.rotate("index"))  # of that version as well


def test_a_process_with_the_old_seal_writes_nobody_new(shop, url, keys, clock):
    """Their key would be wrapped in an epoch that is about to end."""
    ring = keys.rotate("seal")
    with open_ledger(url, keys, clock=clock) as other:
        shop.rotate(ring)
        before = other.state(person(0), "marketing")
        assert before.status is Status.WITHDRAWN
        with pytest.raises(ConfigurationError, match="anew"):
            other.withdraw(person(4711), source="sms")
        with pytest.raises(ConfigurationError, match="anew"):
            other.import_withdrawals([person(4711)], provenance="x")
        other.withdraw(person(1), source="sms")  # a stop is never refused
    with open_ledger(url, ring.retire("seal", 1), clock=clock) as ledger:
        assert ledger.state(person(4711), "marketing").since is None
        assert ledger.verify().ok


@pytest.mark.parametrize("power", ["index", "seal"])
def test_rings_that_do_not_go_on_are_refused(shop, url, keys, clock, power):
    """Other keys, keys of another branch, an older copy, half a ring."""
    newer, branch = keys.rotate(power), keys.rotate(power)
    shop.rotate(newer)
    for wrong in (
        KeyRing.generate(),
        KeyRing.generate().rotate(power),
        branch,
        branch.rotate(power),
        keys,
        newer.restrict("index"),
        newer.rotate("index").restrict("index", "sign"),
    ):
        with pytest.raises(ConfigurationError):
            shop.rotate(wrong)
        with pytest.raises(ConfigurationError):
            open_ledger(url, wrong, rotate=True)
    with open_ledger(url, newer, clock=clock) as ledger:
        assert ledger.verify().ok


def test_a_rotation_that_was_not_begun_is_told(shop, url, keys, clock):
    """Saved, then the power failed: the message says how to go on."""
    shop.close()
    ring = keys.rotate("index")
    with pytest.raises(ConfigurationError, match="rotate=True"):
        open_ledger(url, ring, clock=clock)
    with open_ledger(url, keys, clock=clock) as ledger:
        before = standing(ledger)  # the old ring opens it still
    with open_ledger(url, ring, clock=clock, rotate=True) as ledger:
        assert standing(ledger) == before


def test_no_rotation_inside_a_transaction(shop, keys):
    """It has transactions of its own."""
    with (
        shop.store.transaction(),
        pytest.raises(ConfigurationError, match="not inside"),
    ):
        shop.rotate(keys.rotate("index"))


def test_a_new_ledger_opens_with_rotate(url, keys, clock):
    """There is nothing to go over from."""
    with open_ledger(url, keys, clock=clock, rotate=True) as ledger:
        ledger.withdraw(person(1), source="sms")
    with open_ledger(url, keys, clock=clock) as ledger:
        assert ledger.verify().ok


def test_a_key_service_will_do(shop, url, keys, clock):
    """The protocol is all that is asked of a provider."""
    before = standing(shop)
    provider = Vault(keys.rotate("index").rotate("seal"))
    assert shop.rotate(provider).wrapped
    with open_ledger(url, provider, clock=clock) as ledger:
        assert standing(ledger) == before
        assert ledger.verify().ok


def test_whoever_was_erased_goes_along(ledger, url, keys, clock, yes):
    """Nobody has the number: the token alone is renewed, again and again."""
    people_of(ledger)
    who, ring = person(7), keys
    told = ledger.state(who, "marketing")
    assert told.status is Status.WITHDRAWN
    for turn in range(4):
        ledger.close()
        ring = ring.rotate("index")
        ledger = open_ledger(url, ring, clock=clock, rotate=True)
        assert ledger.state(who, "marketing") == told
        [event] = ledger.history(who)
        assert dict(event.details)["carried"] == "rotation"
        assert ledger.certificate(event).held
        assert ledger.verify().ok
        if turn == 1:  # back, and gone again
            clock.move(days=1)
            ledger.grant(who, "marketing", **yes)
            ledger.rotate(ring := ring.rotate("index"))
            ledger.close()
            ledger = open_ledger(url, ring, clock=clock)
            assert ledger.state(who, "marketing").status is Status.GIVEN
            assert ledger.verify().ok
            ledger.erase(who, source="account")
            assert ledger.verify().ok
            told = ledger.state(who, "marketing")
    ledger.close()


def test_damage_stops_the_rotation(shop, url, keys):
    """A token of another length, or none: nothing is changed, nobody lost."""
    shop.store.execute(
        "UPDATE anonsms_standing SET token = ? WHERE token = ?",
        (b"", shop.token(person(1))),
    )
    rows = shop.store.query("SELECT * FROM anonsms_standing ORDER BY token")
    with pytest.raises(LedgerError, match="without a token"):
        shop.rotate(keys.rotate("index"))
    assert rows == shop.store.query(
        "SELECT * FROM anonsms_standing ORDER BY token"
    )
