"""Requests and answers as values: they read well and show nothing."""

import copy
import pickle
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.errors import WouldLeakError
from anonsms.transport import HttpRequest, HttpResponse


NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_a_request_shows_its_host_alone():
    """Neither path nor query, nor header, nor body."""
    request = HttpRequest(
        "POST",
        "https://api.example/v1/people?q=1",
        {"Authorization": "Bearer live"},
        b"To=somebody",
    )
    assert repr(request) == "<HttpRequest POST api.example, 11 bytes>"
    assert repr(HttpResponse(200, {}, b"{}")) == "<HttpResponse 200, 2 bytes>"


@pytest.mark.parametrize(
    "value", [HttpRequest("GET", "https://a.example"), HttpResponse(200)]
)
def test_they_cannot_be_pickled(value):
    """A job queue would store a number and a text."""
    with pytest.raises(WouldLeakError):
        pickle.dumps(value)
    with pytest.raises(WouldLeakError):
        copy.deepcopy(value)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("17", 17.0),
        (" 17 ", 17.0),
        ("86400", 900.0),
        ("9" * 400, 900.0),
        ("Mon, 02 Mar 2026 09:00:30 GMT", 30.0),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0.0),
        ("Mon, 02 Mar 2026 09:00:30", 30.0),
        ("", None),
        ("-1", None),
        ("soon", None),
        ("1.5", None),
        ("²", None),
        ("Mon, 99 Mar 2026 09:00:30 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms(value, seconds):
    """Seconds or a date, capped at a quarter of an hour (RFC 9110)."""
    response = HttpResponse(429, {"Retry-After": value})
    assert response.retry_after(NOW) == seconds


@given(st.text(max_size=40))
def test_no_retry_after_breaks_the_reader(value):
    """Whatever the header says, the answer is a bounded pause or none."""
    pause = HttpResponse(429, {"Retry-After": value}).retry_after(NOW)
    assert pause is None or 0 <= pause <= 900


@given(st.binary(max_size=60))
def test_no_body_breaks_the_reader(body):
    """What is no JSON object reads as an empty one."""
    assert isinstance(HttpResponse(200, {}, body).mapping(), dict)


@pytest.mark.parametrize(
    "body", [b"[" * 200_000, b"9" * 5_000, b"\xff", b'"\\ud800"', b"null"]
)
def test_hostile_bodies_read_as_nothing(body):
    """Deep nesting, huge numbers, bad encodings."""
    assert HttpResponse(200, {}, body).mapping() == {}


@pytest.mark.parametrize("status", range(100, 600, 3))
def test_success_is_2xx(status):
    """And nothing else is."""
    assert HttpResponse(status).succeeded is (status // 100 == 2)


def test_a_pause_may_stand_in_a_header_of_the_providers_own():
    """Written in any case; with the same bounds."""
    response = HttpResponse(429, {"X-RateLimit-Reset": "7200"})
    assert response.retry_after(NOW) is None
    assert response.retry_after(NOW, "x-ratelimit-Reset") == 900.0
