"""Double opt-in, and renewal of what was said before."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from ledger_capture import ASK, BUY, DAY, NEWER, open_shop
from ledger_people import START, WHO, WORDING, person

from anonsms.consent import MARKETING, EventKind, Scope, Source, Status
from anonsms.errors import (
    ConsentError,
    InvalidNumberError,
    StaleGrantError,
)
from anonsms.ledger import open_ledger


@pytest.fixture(params=["memory", "url", "postgres_url"])
def shop(request, keys, clock):
    """A ledger in memory, one in a file, and one on a server."""
    memory = request.param == "memory"
    place = "sqlite://" if memory else request.getfixturevalue(request.param)
    with open_shop(place, keys, clock) as opened:
        yield opened


def test_a_double_opt_in_takes_two_acts(shop, clock, zoe):
    """The box alone changes nothing; the answer gives consent."""
    asked = shop.ask(zoe, "news", placement="footer", **ASK)
    assert (asked.kind, asked.expires_at) == (EventKind.ASKED, None)
    assert dict(asked.details) == {
        "box": "not ticked beforehand",
        "controller": "Ma Boutique",
        "placement": "footer",
    }
    assert shop.state(zoe, "news").status is Status.UNKNOWN
    clock.move(hours=1)
    said = shop.confirm(zoe, "news", evidence={"message": "SM1"})
    assert said.kind is EventKind.CONFIRMED
    assert said.source is Source.SMS
    assert said.wording == WORDING
    assert dict(said.details) == {
        "asked": asked.id,
        "controller": "Ma Boutique",
    }
    assert said.expires_at == clock.now + timedelta(days=30)
    assert shop.history(zoe) == [asked, said]
    assert shop.evidence(said, **WHO) == {"message": "SM1"}
    assert shop.state(zoe, "news").given
    assert shop.state(zoe, "marketing").status is Status.UNKNOWN


def test_the_newest_question_is_answered(shop, clock, zoe):
    """With the wording of that one; the older one is closed with it."""
    shop.ask(zoe, "news", **ASK)
    clock.move(hours=1)
    newest = shop.ask(zoe, "news", wording=NEWER, source="account")
    clock.move(hours=1)
    said = shop.confirm(zoe, "news")
    assert dict(said.details)["asked"] == newest.id
    assert said.wording == NEWER
    with pytest.raises(ConsentError, match="confirmed before"):
        shop.confirm(zoe, "news")


def test_questions_of_one_instant_are_told_apart(shop, zoe):
    """Though no clock moves: the answer names the one that it answers."""
    shop.ask(zoe, "news", **ASK)
    shop.confirm(zoe, "news")
    with pytest.raises(ConsentError, match="confirmed before"):
        shop.confirm(zoe, "news")
    again = shop.ask(zoe, "news", **ASK)
    assert dict(shop.confirm(zoe, "news").details)["asked"] == again.id


def test_the_receivers_clock_may_be_behind(shop, clock, zoe):
    """A few minutes; the answer counts as late as the question."""
    asked = shop.ask(zoe, "news", **ASK)
    clock.move(minutes=-4)
    said = shop.confirm(zoe, "news")
    assert (said.at, said.recorded_at) == (asked.at, clock.now)
    assert shop.state(zoe, "news", at=START).given


def test_an_answer_without_a_question_confirms_nothing(shop, clock, zoe):
    """Nor one to a question about something else, or asked later."""
    shop.ask(zoe, "marketing", **ASK)
    clock.move(days=2)
    shop.ask(zoe, "news", **ASK)
    for at in (None, START + DAY):
        purpose = "news" if at else "service"
        with pytest.raises(ConsentError, match="was not asked"):
            shop.confirm(zoe, purpose, at=at)
    with pytest.raises(ConsentError, match="was not asked"):
        shop.confirm(person(1), "news")
    assert len(shop.history(zoe)) == 2
    assert shop.history(person(1)) == []


def test_an_answer_may_come_too_late(shop, clock, zoe):
    """To the microsecond; asked again it counts."""
    shop.ask(zoe, "marketing", **ASK)
    clock.move(days=14, microseconds=1)
    with pytest.raises(ConsentError, match="later than"):
        shop.confirm(zoe, "marketing")
    clock.move(microseconds=-1)
    assert shop.confirm(zoe, "marketing")
    shop.ask(zoe, "news", **ASK)
    clock.move(hours=2)
    with pytest.raises(ConsentError, match="Ask again"):
        shop.confirm(zoe, "news", within=timedelta(hours=1))


@pytest.mark.parametrize("no", ["withdraw", "oppose", "pause"])
@pytest.mark.parametrize("scope", [{}, {"scope": Scope.ALL}])
def test_a_no_closes_the_question(shop, clock, zoe, no, scope):
    """At the same instant too, and even if a pause is over."""
    shop.ask(zoe, "news", **ASK)
    getattr(shop, no)(zoe, source="sms", **scope)
    clock.move(hours=1)
    if no == "pause":
        shop.resume(zoe, source="staff", **scope)
        clock.move(hours=1)
    with pytest.raises(ConsentError, match="said stop since"):
        shop.confirm(zoe, "news")
    assert not shop.state(zoe, "news").given


def test_who_said_stop_is_asked_only_after_a_newer_act(shop, clock, zoe):
    """The question is a text as well; a box ticked later is an act."""
    clock.move(days=1)
    shop.withdraw(zoe, source="sms")
    for at in (None, START):
        with pytest.raises(StaleGrantError):
            shop.ask(zoe, "news", at=at, **ASK)
    clock.move(days=1)
    shop.ask(zoe, "news", **ASK)
    assert shop.state(zoe, "news").status is Status.WITHDRAWN
    clock.move(hours=1)
    shop.confirm(zoe, "news")
    assert shop.state(zoe, "news").given
    assert shop.state(zoe, "marketing").status is Status.WITHDRAWN


def test_a_renewal_counts_the_time_anew(shop, clock, zoe):
    """With the wording of the yes that it renews, which it names."""
    yes = shop.grant(zoe, "news", **ASK)
    clock.move(days=20)
    first = shop.renew(zoe, "news", source="account")
    assert (first.kind, first.wording) == (EventKind.RENEWAL, WORDING)
    assert first.expires_at == clock.now + timedelta(days=30)
    assert dict(first.details) == {
        "controller": "Ma Boutique",
        "renews": yes.id,
    }
    clock.move(days=40)
    assert shop.state(zoe, "news").status is Status.EXPIRED
    second = shop.renew(zoe, "news", source="account", wording=NEWER)
    assert dict(second.details)["renews"] == first.id
    assert second.wording == NEWER
    assert shop.state(zoe, "news").given


def test_a_renewal_needs_a_yes(shop, clock, zoe):
    """Not of strangers, nor of who was only asked, nor after a stop."""
    for prepare in (
        lambda: None,
        lambda: shop.ask(zoe, "news", **ASK),
        lambda: shop.withdraw(zoe, source="sms"),
        lambda: shop.reopen(zoe, source="sms"),
        lambda: shop.pause(zoe, source="sms"),
    ):
        clock.move(hours=1)
        prepare()
        before = shop.state(zoe, "news")
        clock.move(hours=1)
        with pytest.raises(ConsentError, match="no consent to renew"):
            shop.renew(zoe, "news", source="account")
        assert shop.state(zoe, "news") == before


def test_a_renewal_never_lifts_a_stop(shop, clock, zoe):
    """Nor does one that is older than the stop and comes in late."""
    shop.grant(zoe, "news", **ASK)
    clock.move(days=2)
    shop.withdraw(zoe, source="sms")
    clock.move(days=1)
    with pytest.raises(ConsentError, match="lifts no stop"):
        shop.renew(zoe, "news", source="account")
    with pytest.raises(StaleGrantError):
        shop.renew(zoe, "news", source="account", at=START + DAY)
    assert shop.state(zoe, "news").status is Status.WITHDRAWN
    clock.move(days=1)
    shop.grant(zoe, "news", wording=NEWER, source="account")
    clock.move(days=1)
    assert shop.renew(zoe, "news", source="account").wording == NEWER


@pytest.mark.parametrize("wrong", ["+33 6 39 98 12 34", None])
def test_numbers_come_parsed(shop, wrong):
    """Through every new door, without being shown."""
    for act in (
        lambda: shop.ask(wrong, "news", **ASK),
        lambda: shop.confirm(wrong, "news"),
        lambda: shop.renew(wrong, "news", source="account"),
        lambda: shop.soft_opt_in(wrong, "news", **BUY),
    ):
        with pytest.raises(InvalidNumberError):
            act()


@pytest.mark.parametrize("place", ["url", "postgres_url"])
def test_one_question_is_confirmed_once_by_many(request, place, keys, zoe):
    """The answer comes in twice at once: one of them is told so."""
    begin = threading.Barrier(6)
    told = []
    url = request.getfixturevalue(place)
    with open_ledger(url, keys, clock=lambda: datetime.now(UTC)) as ledger:
        ledger.ask(zoe, MARKETING, **ASK)

        def answer():
            begin.wait()
            try:
                told.append(ledger.confirm(zoe, MARKETING).kind)
            except ConsentError:
                told.append(None)

        threads = [threading.Thread(target=answer) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(ledger.history(zoe)) == 2
    assert sorted(map(str, told)) == [*["None"] * 5, "confirmed"]
