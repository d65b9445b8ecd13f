"""What a double of one's own gets from `LocalServer`, by public names."""

import httpx
import pytest

from anonsms.testing import (
    Answer,
    Asked,
    CallingDouble,
    Fault,
    LocalServer,
    ProviderDouble,
    SmsapiServer,
    Taken,
    TwilioServer,
)


class Shelf(LocalServer):
    """It says yes to everything."""

    def answer(self, asked):
        return Answer.json(200, {"method": asked.method})


@pytest.fixture
def shelf():
    """A server that is listening."""
    with Shelf() as server:
        yield server


@pytest.fixture
def client():
    """A client with patience."""
    with httpx.Client(trust_env=False) as opened:
        yield opened


def put(client, shelf):
    """Send something."""
    return client.post(f"{shelf.url}/shelf", content=b"x")


def test_servers_are_doubles(shelf):
    """Those that call back are `CallingDouble`, others are not."""
    assert isinstance(shelf, ProviderDouble)
    assert not isinstance(shelf, CallingDouble)
    assert isinstance(TwilioServer(), CallingDouble)
    assert isinstance(SmsapiServer(), CallingDouble)


def test_complaints_are_plain_http(shelf, client):
    """By default, for a double that has no words of its own."""
    said = {}
    for fault in (Fault.TOO_MANY, Fault.TOO_MANY_FOR_NOW):
        shelf.fail(fault)
        said[fault] = put(client, shelf)
    assert [each.status_code for each in said.values()] == [429, 429]
    assert "retry-after" not in said[Fault.TOO_MANY].headers
    assert said[Fault.TOO_MANY_FOR_NOW].headers["retry-after"] == "1"
    shelf.fail(Fault.BROKEN_BODY)
    with pytest.raises(ValueError, match=r"JSON|Unterminated"):
        put(client, shelf).json()


def test_a_double_takes_and_withdraws(shelf):
    """What would have arrived, by public methods alone."""
    for provider_id in ("s-1", "s-2", "s-3"):
        shelf.take(Taken("+12025550123", "Hello", "Shop", provider_id))
    shelf.withdraw({"s-1", "s-3", "s-9"})
    assert [taken.provider_id for taken in shelf.accepted] == ["s-2"]


def test_a_double_asks_what_is_struck(shelf):
    """Each order once, of a request that sends or of a message."""
    shelf.faults |= {Fault.MONEY, Fault.CONTENT}
    assert shelf.struck_request() is shelf.struck_message() is None
    shelf.fail(Fault.CONTENT)
    shelf.fail(Fault.MONEY)
    assert shelf.struck_request() is Fault.MONEY
    assert shelf.struck_message() is Fault.CONTENT
    assert shelf.struck_request() is shelf.struck_message() is None


def test_requests_are_read_as_forms_and_credentials():
    """Fields in their order, Basic and Bearer; rubbish is nothing."""
    form = "application/x-www-form-urlencoded; charset=UTF-8"
    asked = Asked(
        "POST",
        "/a%20b?x=1&x=&y=%C3%A9",
        {"content-type": form, "authorization": "Basic dTpwOnE="},
        b"To=%2B1&Body=a+b&Empty=",
    )
    assert asked.path == "/a b"
    assert asked.queries() == [("x", "1"), ("x", ""), ("y", "é")]
    assert asked.fields() == [("To", "+1"), ("Body", "a b"), ("Empty", "")]
    assert (asked.basic(), asked.bearer()) == (("u", "p:q"), "")
    for header in ("Basic %%%", "Basic", "", "Bearer t"):
        other = Asked("GET", "/", {"authorization": header}, b"{")
        assert other.basic() == ("", "")
        assert (other.json(), other.fields()) == (None, [])
