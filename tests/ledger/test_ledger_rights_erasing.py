"""Who asks to be forgotten is forgotten, but for the no."""

import json
from datetime import timedelta

import pytest
from ledger_people import START, WHO, WORDING, person

from anonsms.consent import Scope, Status
from anonsms.errors import (
    ConfigurationError,
    ConsentError,
    InvalidNumberError,
    LedgerError,
    SealError,
    StaleGrantError,
)
from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger
from anonsms.ledger.proofs.proofcheck import verify_proof
from anonsms.ledger.rights.certificate import ErasureCertificate


PARCELS = {"purpose": "service", "source": "account"}


@pytest.fixture(params=["url", "postgres_url"])
def place(request):
    """Where a ledger is kept, on each store."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def shop(place, keys, clock):
    """A ledger on each store."""
    with open_ledger(place, keys, clock=clock) as opened:
        yield opened


@pytest.fixture
def grant(shop, zoe, yes):
    """A yes with evidence."""
    return shop.grant(zoe, "marketing", evidence={"form": "f3"}, **yes)


def erase(ledger, number):
    """Erase somebody; the ledger is in order afterwards."""
    certificate = ledger.erase(number, source="account", reason="request")
    report = ledger.verify()
    assert report.ok, str(report)
    return certificate


def sealed(ledger):
    """All that is sealed, and the keys, as they are stored."""
    rows = ledger.store.query("SELECT number, wrapped FROM anonsms_subject")
    rows += ledger.store.query("SELECT sealed, NULL FROM anonsms_event")
    return {blob for row in rows for blob in row if blob is not None}


def test_nothing_sealed_is_left(shop, clock, zoe, grant):
    """Key, number and evidence are gone; the hashes stay for the proofs."""
    before = sealed(shop)
    assert len(before) == 3
    clock.move(days=1)
    erase(shop, zoe)
    assert not sealed(shop) & before
    for read in (shop.evidence, shop.reveal):
        with pytest.raises(SealError, match="was erased"):
            read(grant, **WHO)
    with pytest.raises(SealError, match="gone"):
        shop.reveal(shop.token(zoe), **WHO)


def test_the_history_is_told_of_nobody(shop, clock, zoe, grant):
    """Under the number there is the no, and nothing before it."""
    clock.move(days=1)
    certificate = erase(shop, zoe)
    [no] = shop.history(zoe)
    assert no.kind.withdraws
    assert (no.scope, no.at) == (Scope.MARKETING, clock.now)
    assert dict(no.details) == {
        "carried": "erasure",
        "erasure": certificate.events[0],
    }


def test_proofs_hold(shop, clock, zoe, grant):
    """From before as well as from afterwards; nothing can be disclosed."""
    old = shop.prove(grant, disclose=True, **WHO).dumps()
    erase(shop, zoe)
    proven = verify_proof(old, shop.verifiers)
    assert (proven.number, proven.evidence) == (zoe, {"form": "f3"})
    again = shop.prove(grant)
    assert again.sealed_sha256
    assert verify_proof(again, shop.verifiers).event.id == grant.id
    with pytest.raises(SealError):
        shop.prove(grant, disclose=True, **WHO)


def test_no_list_brings_them_back(shop, clock, zoe, grant):
    """Neither for what they said no to, nor for anything, nor as a no."""
    erase(shop, zoe)
    left = sealed(shop)
    clock.move(days=1)
    for purpose in ("marketing", "service"):
        report = shop.import_grants(
            [zoe],
            purpose,
            wording=WORDING,
            provenance="old shop",
            obtained_at=clock.now,
        )
        assert report.opted_out == 1
    shop.import_withdrawals([zoe], provenance="provider's list")
    shop.suppress(zoe, "a hospital", source="staff")
    assert sealed(shop) == left
    assert shop.state(zoe, "marketing").status is Status.WITHDRAWN
    assert shop.state(zoe, "service").status is Status.UNKNOWN
    assert shop.verify().ok


@pytest.mark.parametrize("purpose", ["marketing", "service"])
def test_only_a_newer_yes_brings_them_back(shop, clock, grant, yes, purpose):
    """One that is older went with the person."""
    zoe = person(1234)
    clock.move(days=1)
    erase(shop, zoe)
    erased = clock.now
    clock.move(days=1)
    with pytest.raises(StaleGrantError):
        shop.grant(zoe, purpose, at=erased, **yes)
    event = shop.grant(zoe, purpose, evidence={"form": "f4"}, **yes)
    assert shop.state(zoe, purpose).given
    assert shop.verify().ok
    assert shop.evidence(event, **WHO) == {"form": "f4"}
    assert shop.reveal(event, **WHO) == zoe
    assert grant.id not in {each.id for each in shop.history(zoe)}


def test_erased_and_back_and_erased(shop, clock, zoe, grant, yes):
    """Each time anew, with a certificate of its own."""
    seen = []
    for _ in range(3):
        seen.append(erase(shop, zoe))
        clock.move(days=1)
        shop.grant(zoe, "marketing", **yes)
        clock.move(days=1)
    assert len({each.events[0] for each in seen}) == 3
    for each in seen:
        assert shop.certificate(each.events[0]).erased_at == each.erased_at
    last = erase(shop, zoe)
    assert shop.state(zoe, "marketing").status is Status.WITHDRAWN
    assert shop.certificate(shop.history(zoe)[0]) == last


def test_all_noes_outlive_them(shop, clock, zoe, yes):
    """To all texts, to one purpose, and the mark never to text them."""
    stands = {}
    noes = {
        1: lambda who: shop.withdraw(who, scope="all", source="sms"),
        2: lambda who: shop.pause(who, scope="all", source="sms"),
        3: lambda who: shop.withdraw(who, **PARCELS),
        4: lambda who: shop.suppress(who, "a hospital", source="staff"),
        5: lambda who: shop.withdraw(who, source="sms"),
    }
    for n, say in noes.items():
        shop.grant(person(n), "marketing", **yes)
        clock.move(minutes=1)
        say(person(n))
        erase(shop, person(n))
        states = [shop.state(person(n), p) for p in ("marketing", "service")]
        stands[n] = [state.status for state in states]
        assert {s.suppressed for s in states} == {"a hospital" * (n == 4)}
    stop, none = Status.WITHDRAWN, Status.UNKNOWN
    assert stands == {
        1: [stop, stop],
        2: [stop, stop],
        3: [stop, stop],
        4: [stop, none],
        5: [stop, none],
    }


def test_a_clock_that_stepped_back(shop, clock, zoe, grant, yes):
    """The yes of before does not lift the no, though it looks newer."""
    clock.move(hours=-1)
    erase(shop, zoe)
    clock.move(hours=1)
    with pytest.raises(StaleGrantError):
        shop.grant(zoe, "marketing", at=START, **yes)


def test_the_certificate(shop, clock, zoe, grant):
    """Both dates, the place in the tree, and nobody's number or token."""
    clock.move(days=1)
    certificate = erase(shop, zoe)
    assert certificate.held
    assert certificate.erased_at == certificate.wiped_at == clock.now
    assert certificate.copies_until == clock.now + timedelta(days=30)
    assert (certificate.epochs, certificate.copies_gone) == ((1,), False)
    [(place,)] = shop.store.query(
        "SELECT leaf_index FROM anonsms_event WHERE id = ?",
        (bytes.fromhex(certificate.events[0]),),
    )
    assert certificate.index == place
    text = certificate.dumps()
    told = json.loads(text)
    assert told["erased at"] == clock.now.isoformat()
    for secret in (
        zoe.reveal(),
        zoe.reveal()[4:],
        shop.token(zoe).hex(),
    ):
        assert secret not in text
        assert secret not in repr(certificate)


def test_erasing_again(shop, clock, zoe, grant):
    """Wipes again, changes nothing, and tells of the first time."""
    first = erase(shop, zoe)
    size = shop.verify().size
    clock.move(days=3)
    again = erase(shop, zoe)
    assert (again.erased_at, again.wiped_at) == (START, START)
    assert again.events == first.events
    assert again.made_at == clock.now
    assert shop.verify().size == size


def test_somebody_unknown_is_never_texted(shop, clock, zoe):
    """The objection is recorded; the certificate says nothing was held."""
    certificate = erase(shop, zoe)
    assert not certificate.held
    assert certificate.events == ()
    assert certificate.erased_at == START
    assert certificate.copies_until is None
    assert json.loads(certificate.dumps())["anything was held"] is False
    clock.move(days=1)
    assert erase(shop, zoe).erased_at == START
    assert shop.certificate(shop.history(zoe)[0]).erased_at == START
    assert shop.state(zoe, "marketing").status is Status.WITHDRAWN
    assert shop.erasures_due() == []
    assert sealed(shop) == {
        row[0]
        for row in shop.store.query("SELECT number FROM anonsms_subject")
    }


def test_a_wipe_that_fails(shop, clock, zoe, grant, monkeypatch):
    """The person is erased all the same, and told of when it is done."""

    def busy():
        raise LedgerError("Old bytes are still in the log. Try again.")

    before = sealed(shop)
    with monkeypatch.context() as patch:
        patch.setattr(shop.store, "wipe", busy)
        with pytest.raises(LedgerError, match="Call erase\\(\\) once more"):
            shop.erase(zoe, source="account")
    assert not sealed(shop) & before
    [due] = shop.erasures_due()
    assert due.wiped_at is None
    clock.move(hours=2)
    certificate = erase(shop, zoe)
    assert certificate.erased_at == START
    assert certificate.wiped_at == START + timedelta(hours=2)


def test_inside_a_transaction(shop, zoe, grant):
    """Bytes cannot be gone before they are committed."""
    with (
        shop.store.transaction(),
        pytest.raises(LedgerError, match="outside of your transaction"),
    ):
        shop.erase(zoe, source="account")
    assert shop.state(zoe, "marketing").given


def test_who_may_only_ask_erases_nobody(place, shop, keys, zoe, grant):
    """An analyst's ring says that it has no seal key."""
    with (
        open_ledger(place, keys.restrict("index")) as analyst,
        pytest.raises(ConfigurationError, match="no seal key"),
    ):
        analyst.erase(zoe, source="account")
    assert shop.state(zoe, "marketing").given


@pytest.mark.parametrize(
    ("said", "match"),
    [
        ({"source": "carrier pigeon"}, "not on the list"),
        ({"within": timedelta()}, "within some days"),
        ({"reason": "06 39 98 12 34 left"}, "reason stays on record"),
        ({"by": "two\nlines"}, "by must be one line"),
    ],
)
def test_what_erase_refuses(shop, zoe, grant, said, match):
    """Nothing is erased then."""
    with pytest.raises(ConsentError, match=match):
        shop.erase(zoe, **{"source": "account", **said})
    assert shop.state(zoe, "marketing").given


def test_numbers_come_parsed(shop, grant):
    """A number as text is in no error."""
    for call in (
        lambda: shop.erase("+33 6 39 98 12 34", source="account"),
        lambda: shop.export("+33 6 39 98 12 34", by="staff-17"),
    ):
        with pytest.raises(InvalidNumberError):
            call()


def test_no_erasure_by_that_event(shop, zoe, grant):
    """Another event, a made-up id, and no id at all."""
    for odd in (grant, "0" * 32, "x", ""):
        with pytest.raises(LedgerError, match="No erasure is on record"):
            shop.certificate(odd)


def test_due_until_the_key_of_the_epoch_is_gone(
    place, clock, zoe, yes, tmp_path
):
    """Rotated and retired: then copies are unreadable, and it says so."""
    old = KeyRing.generate()
    with open_ledger(place, old, clock=clock) as ledger:
        ledger.grant(zoe, "marketing", **yes)
        ledger.grant(person(2), "marketing", **yes)
        first = ledger.erase(zoe, source="account").events[0]
        clock.move(days=1)
        quick = timedelta(days=3)
        second = ledger.erase(person(2), source="account", within=quick)
        due = [each.events[0] for each in ledger.erasures_due()]
        assert due == [second.events[0], first]
        soon = ledger.erasures_due(START + timedelta(days=5))
        assert [each.events for each in soon] == [second.events]
        new = old.rotate("seal")
        ledger.rotate(new)
    with open_ledger(place, new, clock=clock) as ledger:
        assert not ledger.certificate(first).copies_gone  # in the ring still
        assert len(ledger.erasures_due()) == 2
    with open_ledger(place, new.retire("seal", 1), clock=clock) as ledger:
        certificate = ledger.certificate(first)
        assert certificate.copies_gone
        assert certificate.epochs == (1,)
        assert ledger.erasures_due() == []
        assert ledger.verify().ok


def test_copies_from_before_a_rotation(place, clock, zoe, yes):
    """Backups have the wrapped key of the older epoch too."""
    old = KeyRing.generate()
    with open_ledger(place, old, clock=clock) as ledger:
        ledger.grant(zoe, "marketing", **yes)
        new = old.rotate("seal")
        ledger.rotate(new)
    with open_ledger(place, new, clock=clock) as ledger:
        assert ledger.erase(zoe, source="account").epochs == (1, 2)
    last = new.rotate("seal")
    with open_ledger(place, last, clock=clock, rotate=True) as ledger:
        assert len(ledger.erasures_due()) == 1
    with open_ledger(place, last.retire("seal", 2), clock=clock) as ledger:
        assert len(ledger.erasures_due()) == 1  # the first still opens copies


def test_the_no_goes_over_to_a_new_index_key(place, clock, zoe, yes):
    """And still names its erasure."""
    old = KeyRing.generate()
    with open_ledger(place, old, clock=clock) as ledger:
        ledger.grant(zoe, "marketing", **yes)
        first = ledger.erase(zoe, source="account")
    new = old.rotate("index")
    with open_ledger(place, new, clock=clock, rotate=True) as ledger:
        assert ledger.state(zoe, "marketing").status is Status.WITHDRAWN
        assert ledger.erase(zoe, source="account") == first
        assert ledger.certificate(ledger.history(zoe)[0]) == first
        assert ledger.erasures_due() == [first]
        assert ledger.verify().ok


def test_campaign_rows_lead_nowhere(shop, clock, zoe, grant):
    """They stay, so that nothing is sent twice; the provider's id goes."""
    token = shop.token(zoe)
    shop.store.execute(
        "INSERT INTO anonsms_outbox (campaign, token, attempt, state, "
        "provider_id, parts, intended_at, updated_at) "
        "VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
        ("soldes", token, "a1", "delivered", "SM1", 1, 0),
    )
    erase(shop, zoe)
    rows = shop.store.query(
        "SELECT campaign, token, state, provider_id FROM anonsms_outbox"
    )
    assert rows == [("soldes", token, "delivered", None)]


def test_an_erasure_that_was_faked(ledger, clock, zoe, yes):
    """Each part of it alone is found by verify()."""
    grant = ledger.grant(zoe, "marketing", evidence={"a": "1"}, **yes)
    store = ledger.store
    [kept] = store.query(
        "SELECT number, epoch, wrapped FROM anonsms_subject WHERE seq = 1"
    )
    [[blob]] = store.query(
        "SELECT sealed FROM anonsms_event WHERE sealed IS NOT NULL"
    )
    erase(ledger, zoe)
    event, subject = bytes.fromhex(grant.id), "UPDATE anonsms_subject SET"
    for fake, params, undo in (
        (f"{subject} wrapped = ? WHERE seq = 1", (kept[2],), "wrapped = NULL"),
        (f"{subject} epoch = ? WHERE seq = 1", (kept[1],), "epoch = NULL"),
        (f"{subject} number = ? WHERE seq = 1", (kept[0],), "number = NULL"),
        (f"{subject} successor = 2 WHERE seq = 1", (), "successor = NULL"),
    ):
        store.execute(fake, params)
        assert not ledger.verify().ok, fake
        store.execute(f"{subject} {undo} WHERE seq = 1")
        assert ledger.verify().ok
    store.execute(
        "UPDATE anonsms_event SET sealed = ? WHERE id = ?", (blob, event)
    )
    assert not ledger.verify().ok


def test_erased_by_hand(ledger, zoe, yes):
    """Without the event that tells who asked for it."""
    ledger.grant(zoe, "marketing", **yes)
    ledger.store.execute(
        "UPDATE anonsms_subject SET number = NULL, epoch = NULL, "
        "wrapped = NULL"
    )
    assert not ledger.verify().ok


def test_a_certificate_is_a_value():
    """Equal by what it says, and never changed."""
    fields = dict.fromkeys(
        ("index", "wiped_at", "copies_until", "copies_gone")
    ) | {"ledger": "x", "events": (), "epochs": ()}
    one = ErasureCertificate(erased_at=START, made_at=START, **fields)
    assert one == ErasureCertificate(erased_at=START, made_at=START, **fields)
    with pytest.raises(AttributeError):
        one.ledger = "y"
