"""What readers who wanted to break the ledger found, and what holds now."""

import json
from datetime import datetime, timedelta, timezone

import pytest
from ledger_people import START, WHO, WORDING, person

from anonsms.consent import Controller, Purpose, Status
from anonsms.errors import (
    ConfigurationError,
    ConsentError,
    InvalidNumberError,
    LedgerError,
    ProofError,
    SealError,
    StaleGrantError,
)
from anonsms.keys import KeyRing
from anonsms.ledger import Proof, open_ledger, read_checkpoint, verify_proof
from anonsms.masking import Secret
from anonsms.receipts import Disclosure, Party


SHOP = Controller(
    "Ma Boutique SAS",
    address="Paris",
    email="a@shop.example",
    privacy_url="https://shop.example/privacy",
)
TOLD = Disclosure(
    service="texts",
    language="fr",
    jurisdiction="FR",
    storage_locations=("FR",),
    retention="P5Y",
    withdrawal=("STOP",),
    rights_url="https://shop.example/rights",
    processors=(
        Party(name="SMS GmbH", address="Berlin", contact="x", country="DE"),
    ),
    authority=Party(name="CNIL", address="Paris", contact="x", country="FR"),
)


def grant(ledger, who, **more):
    """A yes at the checkout."""
    return ledger.grant(
        who, "marketing", wording=WORDING, source="checkout", **more
    )


def statuses(receipt):
    """What a receipt says became of the consent."""
    [record] = receipt["dpv:hasRecordOfActivity"]
    return [s["@type"][0] for s in record["dpv:hasConsentStatus"]]


@pytest.fixture
def shop(url, keys, clock):
    """A ledger that knows its controller."""
    with open_ledger(url, keys, clock=clock, controller=SHOP) as opened:
        yield opened


def test_a_receipt_tells_what_came_later_under_a_new_number(shop, clock):
    """The event names the old token; the person goes on."""
    event = grant(shop, person(1))
    clock.move(days=1)
    shop.rectify(person(1), person(2), source="account")
    shop.withdraw(person(2), source="sms")
    assert statuses(shop.receipt(event, disclosure=TOLD)) == [
        "dpv:ConsentGiven",
        "dpv:ConsentWithdrawn",
    ]


def test_a_receipt_of_a_stop_is_about_marketing(shop, clock):
    """A reply names no purpose."""
    grant(shop, person(1))
    clock.move(days=1)
    stop = shop.withdraw(person(1), source="sms")
    receipt = shop.receipt(stop, disclosure=TOLD)
    assert statuses(receipt) == ["dpv:ConsentWithdrawn"]


def test_a_receipt_of_another_ledgers_event_is_refused(shop, keys):
    """Nobody can be told what the ledger does not hold."""
    with open_ledger("sqlite://", keys) as other:
        event = grant(other, person(1))
    with pytest.raises(LedgerError, match="not in this ledger"):
        shop.receipt(event, disclosure=TOLD)


def test_who_cannot_see_the_keys_vouches_for_nothing(shop, url, keys):
    """An analyst's certificate does not say that copies are unreadable."""
    grant(shop, person(1))
    done = shop.erase(person(1), source="account")
    newer = keys.rotate("seal")
    shop.rotate(newer)
    with open_ledger(url, newer.restrict("index")) as asking:
        assert not asking.certificate(done.events[0]).copies_gone
        assert len(asking.erasures_due()) == 1
    gone = newer.retire("seal", 1)
    with open_ledger(url, gone) as opened:
        assert opened.certificate(done.events[0]).copies_gone
        assert opened.erasures_due() == []


def test_verify_says_that_the_keys_were_rotated(shop, keys):
    """It does not cry wolf about people."""
    grant(shop, person(1))
    shop.rotate(keys.rotate("index"))
    found = shop.verify()
    assert [fault.where for fault in found.faults] == ["key check"]
    assert "rotated" in found.faults[0].what
    assert any(what.startswith("people") for what in found.skipped)


@pytest.mark.parametrize(
    "statement",
    [
        (
            "CREATE TRIGGER gone AFTER INSERT ON anonsms_event BEGIN "
            "DELETE FROM anonsms_event WHERE kind = 'withdrawal'; END"
        ),
        "CREATE VIEW anonsms_copy AS SELECT * FROM anonsms_event",
    ],
)
def test_a_trigger_or_view_is_found(shop, statement):
    """It could swallow a stop before it is written."""
    assert shop.verify().ok
    shop.store.execute(statement)
    assert [f.where for f in shop.verify().faults] == ["tables"]


def test_times_beyond_the_calendar_are_refused(shop):
    """An error of ours, not an overflow."""
    far = datetime.max.replace(tzinfo=timezone(timedelta(hours=-5)))
    with pytest.raises(ConsentError, match="9999"):
        shop.withdraw(person(1), source="sms", at=far)
    with pytest.raises(ConsentError, match="a year at most"):
        shop.erase(person(1), source="sms", within=timedelta.max)
    with pytest.raises(ConfigurationError, match="100 years"):
        Purpose("long", "marketing", timedelta.max)


def test_a_stop_from_the_future_is_explained(shop, clock):
    """The clock was ahead when it was written; it is told so."""
    clock.move(days=365)
    shop.withdraw(person(1), source="sms")
    clock.now = START
    with pytest.raises(StaleGrantError, match="the clock was ahead"):
        grant(shop, person(1))


def test_what_only_reveals_is_no_number(shop):
    """Else a stop would be recorded for a text that looks like one."""
    with pytest.raises(InvalidNumberError, match="Secret"):
        shop.withdraw(Secret("06 39 98 12 34"), source="sms")
    with pytest.raises(InvalidNumberError, match="Secret"):
        shop.import_withdrawals([Secret("x")], provenance="list")


def test_a_stop_counts_without_its_evidence(shop, url, keys, clock):
    """A worker with an older seal key cannot keep it, and records the no."""
    newer = keys.rotate("seal")
    with open_ledger(url, newer, clock=clock) as other:
        grant(other, person(1))
        stop = shop.withdraw(person(1), source="sms", evidence={"sid": "S1"})
        assert dict(stop.details)["evidence"].startswith("not kept")
        assert other.state(person(1), "marketing").status is Status.WITHDRAWN
        assert other.evidence(stop, **WHO) == {}
        clock.move(days=1)
        with pytest.raises(SealError):
            grant(shop, person(1), evidence={"form": "f"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"controller": "Ma Boutique"},
        {"sinks": "checkpoints.txt"},
        {"soft_opt_in": ["France"]},
    ],
)
def test_settings_of_another_kind_are_refused(url, keys, wrong):
    """When the ledger is opened, not when a customer waits."""
    with pytest.raises(ConfigurationError):
        open_ledger(url, keys, **wrong)


def test_a_single_sink_will_do(url, keys):
    """A function on its own is taken for a list of one."""
    heard = []
    with open_ledger(url, keys, sinks=heard.append) as opened:
        assert heard == []
        assert opened.checkpoint() == heard[0]


def test_what_is_no_ledger_and_no_ring(url):
    """Each is told by its type."""
    with pytest.raises(ConfigurationError, match="by its URL"):
        open_ledger(None, KeyRing.generate())
    with pytest.raises(ConfigurationError, match=r"KeyRing\.load"):
        open_ledger(url, "shop.keys")


def test_one_note_and_one_key_are_taken_as_such(shop):
    """A text is not read letter by letter."""
    event = grant(shop, person(1))
    note = shop.checkpoint()
    key = str(shop.verifiers[0])
    assert shop.verify(note).checkpoints == 2
    assert shop.verify(note, verifiers=key).ok
    assert read_checkpoint(note, key).size == 5
    assert verify_proof(shop.prove(event), key).event.id == event.id
    with pytest.raises(ProofError, match="NoneType"):
        verify_proof(None, key)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data["event"].update(translation="Yes to all"),
        lambda data: data["event"]["wording"].update(note="x"),
        lambda data: data.update(version=True),
        lambda data: data.update(disclosed={"key": "", "number": ""}),
    ],
)
def test_a_proof_holds_nothing_beside_what_is_proven(shop, change):
    """Whoever reads the file would take it for proven."""
    proof = shop.prove(grant(shop, person(1)))
    data = json.loads(proof.dumps())
    change(data)
    with pytest.raises(ProofError):
        Proof.loads(json.dumps(data))


def test_a_name_that_stands_twice_is_no_proof(shop):
    """Readers differ in which of them they take."""
    text = shop.prove(grant(shop, person(1))).dumps()
    twice = text.replace('"person":', '"person": "x", "person":', 1)
    with pytest.raises(ProofError):
        Proof.loads(twice)


def test_a_proof_is_saved_to_a_new_file(shop, tmp_path):
    """Its owner's alone; an old one keeps what it had."""
    proof = shop.prove(grant(shop, person(1)))
    path = tmp_path / "one.proof"
    proof.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ProofError, match="another path"):
        proof.save(path)
    assert Proof.load(path) == proof


def test_texts_after_a_new_number_are_the_next_owners(shop, clock):
    """They are not exported, nor cut off from their provider."""
    grant(shop, person(1))
    clock.move(days=1)
    shop.rectify(person(1), person(2), source="account")
    shop.store.execute(
        "INSERT INTO anonsms_outbox (campaign, token, attempt, state, "
        "provider_id, parts, intended_at, updated_at) "
        "VALUES ('c', ?, 'a', 'accepted', 'p', 1, 0, 0)",
        (shop.token(person(1)),),
    )
    told = json.loads(shop.export(person(2), by="dpo-1").dumps())
    assert told["texts sent to you"] == []
    shop.erase(person(2), source="account")
    assert shop.store.query("SELECT provider_id FROM anonsms_outbox") == [
        ("p",)
    ]


def test_a_number_in_place_of_a_wording_is_not_shown(shop):
    """Neither as its id nor in one of ours."""
    with pytest.raises(ConsentError) as caught:
        shop.grant(
            person(1), "marketing", wording="1234567890", source="checkout"
        )
    assert "1234567890" not in str(caught.value)
    with pytest.raises(ConsentError, match="id and version"):
        shop.publish(type(WORDING)("1234567890", "1", "fr", "Oui."))


def test_zero_characters_are_refused_on_any_store(shop):
    """One database takes them, another does not."""
    with pytest.raises(ConsentError, match="zero characters"):
        shop.suppress(person(1), "a\0b", source="staff")
