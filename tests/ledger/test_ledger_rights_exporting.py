"""An access request is answered with all that is held, and no more."""

import json
import pickle
from datetime import timedelta

import pytest
from ledger_people import START, WHO, WORDING, person

from anonsms.consent import Controller, EventKind
from anonsms.errors import ConsentError, SealError, WouldLeakError
from anonsms.ledger import open_ledger
from anonsms.ledger.rights.personal import _TOLD, PersonalData


SHOP = Controller("Ma Boutique SAS", email="privacy@boutique.example")


@pytest.fixture(params=["url", "postgres_url"])
def shop(request, keys, clock):
    """A ledger on each store."""
    place = request.getfixturevalue(request.param)
    with open_ledger(place, keys, clock=clock, controller=SHOP) as opened:
        yield opened


def export(ledger, number):
    """The document, read back."""
    found = ledger.export(number, by="staff-17")
    assert ledger.verify().ok
    return json.loads(found.dumps())


def outbox(ledger, number, campaign, attempt):
    """A row of a campaign, as if a text had been sent."""
    ledger.store.execute(
        "INSERT INTO anonsms_outbox (campaign, token, attempt, state, parts, "
        "intended_at, updated_at) VALUES (?, ?, ?, ?, ?, 0, ?)",
        (campaign, ledger.token(number), attempt, "delivered", 2, 0),
    )


def test_all_that_is_held(shop, clock, zoe, yes):
    """Where they stand, what happened with its proof, texts, and readers."""
    shop.grant(zoe, "marketing", evidence={"form": "f3"}, **yes)
    clock.move(days=1)
    shop.withdraw(zoe, "service", source="sms", rule="fr.stop")
    shop.suppress(zoe, "a hospital", source="staff")
    outbox(shop, zoe, "soldes-2026", "a1")
    outbox(shop, zoe, "~key:abcdef", "a2")
    shop.reveal(shop.token(zoe), by="staff-3", why="letter came back")
    told = export(shop, zoe)
    assert told["made at"] == clock.now.isoformat()
    assert told["held by"] == {
        "name": "Ma Boutique SAS",
        "email": "privacy@boutique.example",
    }
    assert told["your number"] == zoe.reveal()
    assert told["stand-in of your number"] == shop.pseudonym(zoe)
    stands = {each["for"]: each for each in told["where you stand"]}
    assert {name: each["you are"] for name, each in stands.items()} == {
        "marketing": "given",
        "service": "withdrawn",
        "security": "unknown",
    }
    assert stands["marketing"]["since"] == START.isoformat()
    assert stands["marketing"]["never to be texted, because"] == "a hospital"
    grant, *_ = told["what happened"]
    assert grant["kind"] == "grant"
    assert grant["text that was shown"]["text"] == WORDING.text
    assert grant["sealed facts"] == {"form": "f3"}
    assert {e["rule that read your reply"] for e in told["what happened"]} == {
        None,
        "fr.stop",
    }
    assert {each["campaign"] for each in told["texts sent to you"]} == {
        "soldes-2026",
        "a single message",
    }
    assert {
        (each["account"], each["why"])
        for each in told["who read your sealed data"]
    } == {
        ("staff-3", "letter came back"),
        ("staff-17", "access request (Art. 15)"),
    }


def test_nothing_about_anybody_else(shop, zoe, yes):
    """What is held on others makes no difference."""
    shop.grant(zoe, "marketing", **yes)
    for n in range(5):
        shop.grant(person(n), "marketing", evidence={"x": f"y{n}"}, **yes)
        outbox(shop, person(n), "soldes-2026", f"a{n}")
    text = shop.export(zoe, by="staff-17").dumps()
    told = json.loads(text)
    assert len(told["what happened"]) == 1
    assert told["texts sent to you"] == []
    for n in range(5):
        assert person(n).reveal() not in text
        assert shop.token(person(n)).hex() not in text


def test_it_is_on_record(shop, zoe, yes):
    """That everything was read, by whom and why."""
    shop.grant(zoe, "marketing", **yes)
    shop.export(zoe, by="staff-17", why="request K-12")
    last = [e for e in shop.history(zoe) if e.kind is EventKind.REVEALED]
    assert [dict(event.details) for event in last] == [
        {"by": "staff-17", "why": "request K-12", "what": "export"}
    ]


def test_of_somebody_unknown(shop, zoe, yes):
    """The document says that nothing is held; nothing is on record."""
    shop.grant(person(1), "marketing", **yes)
    size = shop.verify().size
    found = shop.export(zoe, by="staff-17")
    told = json.loads(found.dumps())
    assert not found.held
    assert told["what this is"].startswith("Nothing is held")
    assert "what happened" not in told
    assert shop.verify().size == size


def test_of_somebody_erased(shop, clock, zoe, yes):
    """The no that was kept, and nothing of before."""
    shop.grant(zoe, "marketing", evidence={"form": "checkout"}, **yes)
    clock.move(days=1)
    shop.erase(zoe, source="account")
    size = shop.verify().size
    text = shop.export(zoe, by="staff-17").dumps()
    [no] = json.loads(text)["what happened"]
    assert (no["kind"], no["about"]) == ("withdrawal", "all offers")
    assert "checkout" not in text
    assert shop.verify().size == size


def test_numbers_before(shop, clock, yes):
    """They are the person's too, with all that belongs to them."""
    shop.grant(person(1), "marketing", evidence={"form": "f3"}, **yes)
    outbox(shop, person(1), "both", "a1")
    outbox(shop, person(2), "both", "a2")
    clock.move(days=1)
    shop.rectify(person(1), person(2), source="account")
    told = export(shop, person(2))
    assert told["your number"] == person(2).reveal()
    assert told["your earlier numbers"] == [person(1).reveal()]
    assert told["what happened"][0]["sealed facts"] == {"form": "f3"}
    # What is under the old number now may be somebody else's.
    assert len(told["texts sent to you"]) == 1


def test_it_shows_itself_on_demand_only(ledger, zoe, yes):
    """Not when printed, formatted, compared or pickled."""
    ledger.grant(zoe, "marketing", **yes)
    found = ledger.export(zoe, by="staff-17")
    assert repr(found) == "<PersonalData 2 events>"
    assert f"{found} {found!s}" == "2 events 2 events"
    assert found.reveal() == found.dumps()
    with pytest.raises(WouldLeakError):
        pickle.dumps(found)
    assert PersonalData("a", 1) == PersonalData("a", 1)


def test_what_does_not_open(ledger, zoe, yes):
    """Damage is told; it is no reason to hand out half of it."""
    ledger.grant(zoe, "marketing", evidence={"form": "f3"}, **yes)
    ledger.store.execute(
        "UPDATE anonsms_event SET sealed = zeroblob(60) "
        "WHERE sealed IS NOT NULL"
    )
    with pytest.raises(SealError):
        ledger.export(zoe, by="staff-17")
    with pytest.raises(ConsentError, match="by must be one line"):
        ledger.export(zoe, by="")


def test_everything_that_can_happen_has_words(ledger, zoe):
    """But for what is about nobody, and for readings, which stand apart."""
    assert set(EventKind) - set(_TOLD) == {
        EventKind.REVEALED,
        EventKind.PUBLISHED,
        EventKind.DECLARED,
    }


def test_the_times_are_iso(ledger, zoe, yes, clock):
    """With their zone, so that they mean one moment."""
    ledger.grant(zoe, "news", **yes)
    told = export(ledger, zoe)
    [stands] = [e for e in told["where you stand"] if e["for"] == "news"]
    assert stands["until"] == (START + timedelta(days=30)).isoformat()
    assert ledger.evidence(ledger.history(zoe)[0], **WHO) == {}
