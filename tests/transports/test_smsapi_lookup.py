"""Numbers looked up at SMSAPI; what is no number gets nowhere."""

from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from smsapi_double import (
    answer,
    digits,
    form_of,
    hlr,
    number,
    shop,
)

from anonsms.errors import (
    InvalidNumberError,
    LostAnswerError,
    NeverLeftError,
    TransportError,
)
from anonsms.message import LineState
from anonsms.transport import HttpResponse


def test_look_ups():
    """State, network with its zeros back, ported, price; one request each."""
    sms, script = shop(
        hlr(),
        hlr(
            number=digits(2),
            status="FAIL",
            mcc="208",
            mnc="10",
            ported=1,
            price=None,
        ),
        answer({"error": 13, "message": "bad"}),
        hlr(number=digits(4), status=None, mcc=None, ported=None),
        answer({"list": [{"status": "ERROR", "error": 13}]}),
    )
    found = sms.look_up([number(nth) for nth in range(1, 6)])
    assert [each.state for each in found] == [
        LineState.ACTIVE,
        LineState.UNKNOWN,
        LineState.INVALID,
        LineState.UNKNOWN,
        LineState.INVALID,
    ]
    assert [each.network for each in found] == ["26001", "20810", "", "", ""]
    assert [each.ported for each in found[:4]] == [False, True, None, None]
    assert found[0].price == Decimal("0.02")
    assert [each.code for each in found] == ["OK", "FAIL", "13", "", "13"]
    assert form_of(script.asked[0]) == {"number": digits(1), "format": "json"}
    assert all(not urlsplit(each.url).query for each in script.asked)


@pytest.mark.parametrize(
    "trouble",
    [
        LostAnswerError("read timed out"),
        NeverLeftError("connection refused"),
        HttpResponse(500, {}, b""),
        answer({"error": 57}),
        answer({"error": 202}),
        HttpResponse(200, {}, b"<html>"),
    ],
)
def test_no_look_up_is_thrown_away(trouble):
    """Each was paid for; what could not be learnt is unknown."""
    sms, script = shop(hlr(number=digits(0)), trouble, hlr(number=digits(2)))
    found = sms.look_up([number(nth) for nth in range(3)])
    assert [each.state for each in found] == [
        LineState.ACTIVE,
        LineState.UNKNOWN,
        LineState.ACTIVE,
    ]
    assert len(script.asked) == 3
    assert found[0].currency == "points"
    assert found[1].currency == ""


@pytest.mark.parametrize(
    ("response", "code"),
    [(answer({"error": 110}), "110"), (answer({}, 401), "http-401")],
)
def test_an_account_without_look_ups_is_not_asked_again(response, code):
    """The rest is unknown, and the code says why."""
    sms, script = shop(hlr(number=digits(0)), response)
    found = sms.look_up([number(nth) for nth in range(4)])
    assert len(script.asked) == 2
    assert found[0].state is LineState.ACTIVE
    assert [each.state for each in found[1:]] == [LineState.UNKNOWN] * 3
    assert [each.code for each in found] == ["OK", code, code, code]


def test_what_is_no_number_is_refused_before_any_is_asked():
    """A text would show in errors, so that it is let go of first."""
    sms, script = shop()
    plain = number(2).reveal()
    for act, asked in (
        (sms.look_up, [number(1), plain]),
        (sms.look_up, plain),
        (sms.block, plain),
        (sms.unblock, plain),
    ):
        with pytest.raises(InvalidNumberError) as caught:
            act(asked)
        assert caught.value.reason == "type"
    for act in (sms.cancel, lambda known: sms.fetch_receipts(["a", known])):
        with pytest.raises(ValueError, match="provider_id"):
            act(plain)
    assert script.asked == []


@pytest.mark.parametrize(
    "trouble",
    [
        NeverLeftError("connection refused"),
        LostAnswerError("read timed out"),
        answer({"error": "server"}, 503),
    ],
)
def test_no_trouble_with_one_number_shows_it(trouble):
    """Nor do errors about a number that was asked for."""
    sms, _ = shop(trouble, trouble)
    with pytest.raises(TransportError):
        sms.block(number(1))
    with pytest.raises(TransportError):
        sms.unblock(number(1))


def test_a_look_up_of_somebody_else_tells_nothing():
    """A shifted answer must not make a good number a bad one."""
    sms, _ = shop(hlr(number=digits(2), status="INACTIVE"))
    [found] = sms.look_up([number(1)])
    assert (found.state, found.code) == (LineState.UNKNOWN, "")
