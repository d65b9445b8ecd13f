"""A purchase that stands in for consent, and what it takes."""

import pytest
from ledger_capture import ASK, BUY, DAY, REFUSAL, open_shop
from ledger_people import START, WHO, WORDING, Clock

from anonsms.consent import EventKind, Status
from anonsms.errors import (
    ConsentError,
    UnknownPurposeError,
    UnknownWordingError,
)
from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger


@pytest.fixture(params=["memory", "file"])
def shop(request, url, keys, clock):
    """A ledger in memory, and one in a file."""
    place = url if request.param == "file" else "sqlite://"
    with open_shop(place, keys, clock) as opened:
        yield opened


def test_a_purchase_stands_in_for_consent(shop, clock, zoe):
    """The order and the country are sealed; the refusal text is kept."""
    event = shop.soft_opt_in(zoe, "news", evidence={"shop": "Lyon"}, **BUY)
    assert (event.kind, event.wording) == (EventKind.SOFT_OPT_IN, REFUSAL)
    assert event.details == (("controller", "Ma Boutique"),)
    assert shop.evidence(event, **WHO) == {
        "shop": "Lyon",
        "order": "A-4711",
        "country": "FR",
    }
    assert event.expires_at == START + 30 * DAY
    assert shop.state(zoe, "news").given
    assert shop.state(zoe, "marketing").status is Status.UNKNOWN
    rows = shop.store.query("SELECT * FROM anonsms_event")
    assert "4711" not in repr(rows)


def test_soft_opt_in_is_off_unless_switched_on(ledger, zoe):
    """For the country of the number, not of the shop."""
    with pytest.raises(ConsentError, match=r"soft_opt_in=\[\"PL\"\]"):
        ledger.soft_opt_in(zoe, "news", **BUY)
    assert ledger.history(zoe) == []
    with (
        open_ledger(
            "sqlite://", KeyRing.generate(), soft_opt_in=["PL"], clock=Clock()
        ) as polish,
        pytest.raises(ConsentError, match="this number"),
    ):
        polish.soft_opt_in(zoe, "marketing", **BUY)


@pytest.mark.parametrize(
    ("wrong", "error", "told"),
    [
        ({"purpose": "service"}, ConsentError, "marketing family"),
        ({"purpose": "birthday"}, UnknownPurposeError, "birthday"),
        ({"refusal_offered": None}, ConsentError, "refusing was offered"),
        ({"refusal_offered": ""}, ConsentError, "refusing was offered"),
        ({"refusal_offered": "till"}, UnknownWordingError, "published"),
        ({"order": ""}, ConsentError, "by its order"),
        ({"order": 4711}, ConsentError, "by its order"),
        ({"order": "A\ud800"}, ConsentError, "by its order"),
        ({"source": "fax"}, ConsentError, "closed"),
        ({"at": START + DAY}, ConsentError, "future"),
    ],
)
def test_a_purchase_alone_is_not_enough(shop, zoe, wrong, error, told):
    """The text, the order, the family: each is asked for."""
    call = {"purpose": "news", **BUY, **wrong}
    with pytest.raises(error, match=told):
        shop.soft_opt_in(zoe, **call)
    assert shop.history(zoe) == []


def test_an_order_number_may_look_like_a_phone_number(shop, zoe):
    """It is sealed, and shows in no error."""
    call = {**BUY, "order": "0639981234"}
    event = shop.soft_opt_in(zoe, "news", **call)
    assert shop.evidence(event, **WHO)["order"] == call["order"]
    shop.withdraw(zoe, source="sms")
    with pytest.raises(ConsentError, match="refused before"):
        shop.soft_opt_in(zoe, "news", **call)  # the canaries look at frames


@pytest.mark.parametrize("no", ["withdraw", "oppose", "pause"])
def test_a_refusal_outlives_any_purchase(shop, clock, zoe, no):
    """Also one that was reopened or resumed, until an explicit yes."""
    getattr(shop, no)(zoe, source="sms")
    clock.move(days=1)
    shop.reopen(zoe, source="sms")
    shop.resume(zoe, source="staff")
    clock.move(days=1)
    assert shop.state(zoe, "news").status is Status.UNKNOWN
    with pytest.raises(ConsentError, match="refused before"):
        shop.soft_opt_in(zoe, "news", **BUY)
    shop.grant(zoe, "news", **ASK)
    clock.move(days=40)
    assert shop.state(zoe, "news").status is Status.EXPIRED
    shop.soft_opt_in(zoe, "news", **BUY)
    assert shop.state(zoe, "news").given


def test_a_purchase_before_a_stop_counts_no_more(shop, clock, zoe):
    """However late the order comes in."""
    clock.move(days=2)
    shop.withdraw(zoe, source="sms")
    with pytest.raises(ConsentError, match="refused before"):
        shop.soft_opt_in(zoe, "news", at=START, **BUY)
    with pytest.raises(ConsentError, match="refused before"):
        shop.soft_opt_in(zoe, "marketing", at=START, **BUY)


def test_a_purchase_is_no_consent_to_renew(shop, clock, zoe):
    """Nobody agreed to anything; a later yes is a grant."""
    shop.soft_opt_in(zoe, "news", **BUY)
    clock.move(days=1)
    with pytest.raises(ConsentError, match="agreed to nothing"):
        shop.renew(zoe, "news", source="account")
    shop.grant(zoe, "news", **ASK)
    clock.move(days=1)
    assert shop.renew(zoe, "news", source="account").wording == WORDING


def test_a_yes_must_be_newer_than_the_refusal(shop, clock, zoe):
    """At the same instant the refusal wins."""
    shop.grant(zoe, "news", **ASK)
    shop.pause(zoe, source="sms")
    clock.move(days=1)
    shop.resume(zoe, source="staff")
    with pytest.raises(ConsentError, match="refused before"):
        shop.soft_opt_in(zoe, "news", **BUY)


def test_a_yes_from_before_a_stop_is_not_renewed(shop, clock, zoe):
    """Also where the stop came in late, after the purchase."""
    shop.grant(zoe, "news", **ASK)
    clock.move(days=5)
    shop.soft_opt_in(zoe, "news", **BUY)
    shop.withdraw(zoe, source="link", at=START + DAY)
    shop.reopen(zoe, source="sms", at=START + 2 * DAY)
    assert shop.state(zoe, "news").given
    with pytest.raises(ConsentError, match="agreed to nothing"):
        shop.renew(zoe, "news", source="account")
