"""What is in doubt at SMSAPI stays so until something settles it."""

from datetime import timedelta

import anyio
import pytest
from smsapi_double import (
    NOW,
    Account,
    answer,
    form_of,
    key_of,
    lost_after,
    never_left,
    once,
    text,
    transport,
)

from anonsms.errors import ConfigurationError
from anonsms.message import (
    Accepted,
    NotSent,
    Uncertain,
)
from anonsms.testing.clocks import no_waiting
from anonsms.transport import HttpResponse
from anonsms.transports.smsapi import submission
from anonsms.transports.smsapi.repeating import Case


@pytest.mark.parametrize("at_backup", [False, True])
def test_a_message_in_doubt_stays_with_its_host(at_backup):
    """Nobody says that the hosts share what they know of a key."""
    account = Account()
    account.faults = [never_left] * at_backup + [lost_after(account)]
    shop = transport(account, backup_url="https://api2.smsapi.com")
    [outcome] = once(shop, [text(1)], account)
    assert isinstance(outcome, Uncertain)
    host = account.asked[-1].url
    account.faults = [never_left]
    [outcome] = once(shop, [text(1)], account)
    assert isinstance(outcome, Uncertain)
    assert account.asked[-1].url == host
    [outcome] = once(shop, [text(1)], account)
    assert outcome == Accepted(key_of(1), "")
    assert account.asked[-1].url == host


def test_each_doubt_goes_to_its_own_host():
    """A batch with messages in doubt at both hosts is parted."""
    account = Account()
    shop = transport(account, backup_url="https://api2.smsapi.com")
    account.faults = [lost_after(account), never_left, lost_after(account)]
    once(shop, [text(1)], account)
    once(shop, [text(2)], account)
    account.asked.clear()
    outcomes = once(shop, [text(nth) for nth in range(4)], account)
    assert all(isinstance(each, Accepted) for each in outcomes)
    assert len(account.taken) == 4
    hosts = {
        key: request.url
        for request in account.asked
        for key in form_of(request)["idx"].split("|")
    }
    assert hosts[key_of(1)] == hosts[key_of(0)] == hosts[key_of(3)]
    assert hosts[key_of(2)].startswith("https://api2.")


@pytest.mark.parametrize("code", [101, 103, 202, 201])
def test_a_stopped_account_settles_no_doubt(code):
    """The first request may have worked all the same."""
    account = Account()
    account.faults = [
        lost_after(account),
        lambda request: answer({"error": code}),
    ]
    shop = transport(account)
    once(shop, [text(1)], account)
    [outcome] = once(shop, [text(1)], account)
    assert isinstance(outcome, Uncertain)
    [outcome] = once(shop, [text(1)], account)
    assert isinstance(outcome, Accepted)


@pytest.mark.parametrize(
    "said",
    [
        HttpResponse(400, {}, b""),
        HttpResponse(409, {}, b"{}"),
        HttpResponse(451, {}, b"<html>"),
        *(answer({"error": code}) for code in (12, 13, 33, 57, 96, 4711)),
        answer({"count": 0, "list": []}),
        answer({"list": [], "invalid_numbers": [{"number": "33639980001"}]}),
        answer({"error": 14}),
    ],
)
def test_no_refusal_settles_a_doubt(said):
    """It is about this request: the first may have worked all the same."""
    account = Account()
    account.faults = [lost_after(account), lambda request: said]
    shop = transport(account)
    once(shop, [text(1)], account)
    [outcome] = once(shop, [text(1)], account)
    assert isinstance(outcome, Uncertain)
    [outcome] = once(shop, [text(1)], account)
    assert outcome == Accepted(key_of(1), "")


def test_a_doubt_that_is_left_out_of_every_list_stays():
    """SMSAPI may have it, and lists it with nobody."""
    account = Account(repeats="vanish")
    account.faults = [lost_after(account)]
    shop = transport(account)
    batch = [text(nth, f"Bonjour {nth} fin") for nth in range(3)]
    once(shop, batch, account)
    outcomes = once(shop, batch, account)
    assert [type(each) for each in outcomes] == [Uncertain] * 3
    # Nobody here has heard of the doubt; one list did without the message.
    other = transport(account)
    outcomes = once(other, [*batch, text(3, "Bonjour 3 fin")], account)
    assert [type(each) for each in outcomes] == [Uncertain] * 3 + [Accepted]
    assert len(account.taken) == 4


def test_doubts_are_not_kept_for_ever(monkeypatch):
    """The oldest go first."""
    monkeypatch.setattr(submission, "MOST_REMEMBERED", 2)
    hosts = submission.Hosts()
    for key in "abc":
        hosts.doubt(key, "https://api.smsapi.com")
    assert [hosts.where(key) for key in "abc"] == [
        None,
        "https://api.smsapi.com",
        "https://api.smsapi.com",
    ]


@pytest.mark.parametrize("awaited", [False, True])
def test_a_doubt_is_settled_by_repeating(awaited):
    """Within twelve hours; nothing goes out twice."""
    account = Account()
    batch = [text(nth, f"Bonjour {nth} fin") for nth in range(3)]

    async def client(request):
        return account(request)

    shop = transport(
        client if awaited else account,
        per_request=2,
        clock=lambda: NOW + timedelta(hours=11),
    )
    account.faults = [lost_after(account)]
    once(shop, batch[:1], account)
    if awaited:
        outcomes = anyio.run(shop.reconcile_async, batch, NOW)
    else:
        outcomes = shop.reconcile(batch, NOW)
    assert all(isinstance(each, Accepted) for each in outcomes)
    assert [each.key for each in outcomes] == [each.key for each in batch]
    assert outcomes[0].provider_id == ""
    assert len(account.taken) == 3


@pytest.mark.parametrize("final", [False, True])
def test_a_doubt_too_old_stays(final):
    """After twelve hours nobody is asked: it might go out again."""
    account = Account()
    shop = transport(
        account, clock=lambda: NOW + timedelta(hours=12, seconds=1)
    )
    [outcome] = shop.reconcile([text(1)], NOW, final=final)
    assert isinstance(outcome, Uncertain)
    assert not account.asked
    with pytest.raises(ConfigurationError, match="since is a moment"):
        shop.reconcile([text(1)], NOW.replace(tzinfo=None))


def test_a_doubt_of_another_process_goes_to_no_host():
    """The backup may have it, or the first: nobody here knows."""
    account = Account()
    account.faults = [never_left, lost_after(account)]
    options = {"backup_url": "https://api2.smsapi.com", "clock": lambda: NOW}
    first = transport(account, **options)
    [doubt] = once(first, [text(1)], account)
    assert isinstance(doubt, Uncertain)
    account.asked.clear()
    [outcome] = transport(account, **options).reconcile([text(1)], NOW)
    assert isinstance(outcome, Uncertain)
    assert not account.asked
    [outcome] = first.reconcile([text(1)], NOW)
    assert outcome == Accepted(key_of(1), "")
    assert account.asked[0].url.startswith("https://api2.")
    alone = {"clock": lambda: NOW}
    [outcome] = transport(account, **alone).reconcile([text(1)], NOW)
    assert outcome == Accepted(key_of(1), "")


@pytest.mark.parametrize("code", [101, 103, 202])
def test_a_stopped_account_leaves_doubts_open(code):
    """Also those that were not asked about any more."""
    shop = transport(
        lambda _: answer({"error": code}), clock=lambda: NOW, per_request=1
    )
    batch = [text(nth) for nth in range(3)]
    with no_waiting():
        outcomes = shop.reconcile(batch, NOW)
    assert [type(each) for each in outcomes] == [Uncertain] * 3


def test_the_id_of_another_message_settles_nothing():
    """Whoever lists it for this one is mistaken."""
    account = Account()
    shop = transport(account, clock=lambda: NOW)
    [outcome] = shop.reconcile([text(1)], NOW, known=[str(10**18 + 1)])
    assert isinstance(outcome, Uncertain)


def test_what_is_not_tried_again_stays_in_doubt():
    """That this time nothing left says nothing of the first time."""
    case = Case([text(1)], [], {})
    case.settle([NotSent(key_of(1), "not tried: the breaker is open")], ())
    assert case.outcomes() == [
        Uncertain(key_of(1), "not tried: the breaker is open")
    ]
