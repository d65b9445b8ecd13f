"""What goes over the wire to SMSAPI, and what never does."""

from datetime import timedelta

import anyio
import pytest
from smsapi_double import (
    NOW,
    TOKEN,
    Account,
    form_of,
    key_of,
    lost_after,
    never_left,
    number,
    text,
    transport,
)

from anonsms.errors import (
    ConfigurationError,
)
from anonsms.masking import Secret
from anonsms.message import Accepted, Originator, Scheduled
from anonsms.testing.clocks import no_waiting
from anonsms.transport import Limit, Pace
from anonsms.transports.smsapi import SmsapiTransport


def first(batch, **options):
    """The first request for a batch."""
    shop = transport(None, clock=lambda: NOW, **options)
    [group] = shop.groups(batch)
    return next(shop.submit(group))


def test_one_text_is_a_plain_message():
    """A form in the body, a bearer in the header, nothing in the URL."""
    request = first([text(1, "Bonjour Zoé | -20 % & à +")])
    assert request.method == "POST"
    assert request.url == "https://api.smsapi.com/sms.do"
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.headers["Content-Type"] == (
        "application/x-www-form-urlencoded"
    )
    assert form_of(request) == {
        "to": number(1).reveal()[1:],
        "idx": key_of(1),
        "check_idx": "1",
        "encoding": "utf-8",
        "format": "json",
        "message": "Bonjour Zoé | -20 % & à +",
        "from": "MaBoutique",
    }


def test_many_texts_are_one_message_with_values():
    """Numbers by comma; keys and values by bar, in the same order."""
    form = form_of(
        first([text(1, "Bonjour Zoé à 5 h"), text(2, "Bonjour Ana à 7 h")])
    )
    assert form["to"].split(",") == [
        number(nth).reveal()[1:] for nth in (1, 2)
    ]
    assert form["idx"] == f"{key_of(1)}|{key_of(2)}"
    assert form["message"] == "Bonjour [%1%] à [%2%] h"
    assert (form["param1"], form["param2"]) == ("Zoé|Ana", "5|7")


@pytest.mark.parametrize(
    ("sender", "written"),
    [
        ("MaBoutique", "MaBoutique"),
        ("A & B", "A & B"),
        ("36123", "36123"),
        ("+12025550100", "12025550100"),
    ],
)
def test_the_sender_is_written_without_plus(sender, written):
    """Names and short codes as they are, numbers in bare digits."""
    request = first([text(1, origin=Originator.parse(sender))])
    assert form_of(request)["from"] == written


def test_terms_become_fields():
    """Also with a time to send at: the text waits from then on."""
    shop = transport(
        None,
        test=True,
        max_parts=3,
        time_restriction="follow",
        validity=timedelta(hours=2),
        clock=lambda: NOW,
    )
    assert shop.capabilities.simulated
    form = form_of(next(shop.submit([text(1)])))
    stamp = int(NOW.timestamp())
    assert form["test"] == "1"
    assert form["max_parts"] == "3"
    assert form["time_restriction"] == "follow"
    assert form["expiration_date"] == str(stamp + 7200)
    assert "date" not in form


def test_a_scheduled_text_names_its_time():
    """In Unix seconds, checked by SMSAPI; what it cannot hold is refused."""
    account = Account()
    shop = transport(account, clock=lambda: NOW)
    [outcome] = shop.schedule([text(1)], NOW + timedelta(hours=1))
    assert isinstance(outcome, Accepted)
    form = form_of(account.asked[0])
    assert form["date"] == str(int(NOW.timestamp()) + 3600)
    assert form["date_validate"] == "1"
    for at in (NOW, NOW + timedelta(days=89, seconds=1)):
        with pytest.raises(ValueError, match="up to three months"):
            shop.schedule([text(2)], at)
    bare = NOW.replace(tzinfo=None) + timedelta(hours=1)
    with pytest.raises(ConfigurationError, match="at is a moment"):
        shop.schedule([text(2)], bare)
    assert len(account.asked) == 1


def test_scheduled_texts_go_the_way_of_all():
    """Repeated if they never left, one key one text, parts at their pace."""
    account = Account()
    account.faults = [never_left, lost_after(account)]
    pace = Pace(parts=Limit(1000, burst=1000))
    shop = transport(account, clock=lambda: NOW, pace=pace)
    later = NOW + timedelta(hours=1)
    with no_waiting():
        [outcome] = shop.schedule([text(1, "x" * 400)], later)
    assert isinstance(outcome, Accepted)
    assert len(account.asked) == 3
    assert len(account.taken) == 1
    twins = [text(2), text(2)]
    with pytest.raises(ConfigurationError, match="same key"):
        shop.schedule(twins, later)
    assert len(account.asked) == 3
    assert all("date" in form_of(each) for each in account.asked)


def test_scheduling_can_be_awaited():
    """As sending can."""
    account = Account()

    async def client(request):
        return account(request)

    shop = transport(client, clock=lambda: NOW)
    [outcome] = anyio.run(
        shop.schedule_async, [text(1)], NOW + timedelta(days=89)
    )
    assert isinstance(outcome, Accepted)


def test_texts_of_different_times_share_no_request():
    """A request has one `date`, or none."""
    account = Account()
    shop = transport(account, clock=lambda: NOW)
    batch = [text(nth, f"Bonjour {nth} fin") for nth in range(6)]
    held = [
        Scheduled(
            each.number,
            each.text,
            each.originator,
            each.key,
            NOW + timedelta(hours=1 + nth % 2),
        )
        for nth, each in enumerate(batch[:4])
    ]
    outcomes = shop.send([*held, *batch[4:]])
    assert all(isinstance(each, Accepted) for each in outcomes)
    dates = {
        frozenset(form["idx"].split("|")): form.get("date")
        for form in map(form_of, account.asked)
    }
    stamp = int(NOW.timestamp())
    assert dates == {
        frozenset({key_of(0), key_of(2)}): str(stamp + 3600),
        frozenset({key_of(1), key_of(3)}): str(stamp + 7200),
        frozenset({key_of(4), key_of(5)}): None,
    }


@pytest.mark.parametrize(
    ("site", "host"),
    [("com", "api.smsapi.com"), ("pl", "api.smsapi.pl")],
)
def test_sites_have_hosts(site, host):
    """Accounts of one are unknown on the other."""
    assert first([text(1)], site=site).url == f"https://{host}/sms.do"


@pytest.mark.parametrize(
    "options",
    [
        {"site": "de"},
        {"base_url": "http://sms.example"},
        {"backup_url": "ftp://sms.example"},
        {"backup_url": "http://127.0.0.1:9"},
        {"max_parts": 11},
        {"time_restriction": "never"},
        {"max_parts": "3"},
        {"validity": timedelta(minutes=5)},
        {"validity": 3600},
        {"webhook_url": "https://x.example"},
        {"webhook_secret": 5},
        {"per_request": 0},
        {"webhook_secret": "short"},
        {"webhook_url": "http://x.example", "webhook_secret": "s" * 20},
        {"webhook_url": "https://x.example", "webhook_secret": "?" * 20},
    ],
)
def test_unsound_settings_are_refused(options):
    """At once, and with what to do."""
    with pytest.raises(ConfigurationError):
        transport(None, **options)


@pytest.mark.parametrize("token", ["", "a\nb", "clé", None])
def test_a_token_fits_in_a_header(token):
    """And is never shown."""
    with pytest.raises(ConfigurationError, match="token"):
        SmsapiTransport(token)


def test_loopback_is_simulated():
    """Nothing on this machine reaches a handset."""
    local = transport(None, base_url="http://127.0.0.1:8000/")
    assert local.capabilities.simulated
    assert not transport(None).capabilities.simulated
    assert transport(None).name == "smsapi"


def test_what_can_be_heard_is_said():
    """Replies at a secret path; receipts can be asked for."""
    able = transport(None).capabilities
    assert (able.receipts, able.replies) == (True, False)
    able = transport(None, webhook_secret="s" * 20).capabilities
    assert (able.receipts, able.replies) == (True, True)
    assert not transport(None, test=True).capabilities.receipts


def test_nothing_shows_in_what_stands_in_logs():
    """Requests, transports and desks show neither token nor person."""
    shop = transport(None)
    request = next(shop.submit([text(1, "Bonjour Zoé")]))
    shown = f"{request!r} {shop!r} {shop._records!r}"
    assert TOKEN not in shown
    assert "Zoé" not in shown
    assert number(1).reveal()[1:] not in shown
    assert SmsapiTransport(Secret(TOKEN), site="pl").name == "smsapi"
