"""A call to a webhook as a value, and the secret in its path."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.errors import (
    ConfigurationError,
    ForgedWebhookError,
    WebhookError,
)
from anonsms.masking import Secret
from anonsms.transport import SecretPath, WebhookReply, WebhookRequest
from anonsms.transport.webhook import MOST_BYTES, MOST_FIELDS, first_of


SECRET = "correct-horse-battery"


def call(url="/hooks", body=b"", **headers):
    """A provider's call."""
    return WebhookRequest("POST", url, headers, body)


@pytest.mark.parametrize(
    ("url", "path", "query"),
    [
        ("/hooks/a?x=1&y=%20", "/hooks/a", "x=1&y=%20"),
        ("https://evil.example/hooks?x=1", "/hooks", "x=1"),
        ("https://evil.example", "/", ""),
        ("/hooks?next=http://other", "/hooks", "next=http://other"),
        ("http://[::1", "/", ""),
        ("", "", ""),
    ],
)
def test_path_and_query_are_as_they_came(url, path, query):
    """Scheme and host are nobody's word."""
    assert (call(url).path, call(url).query) == (path, query)


def test_headers_are_found_in_any_case():
    """Frameworks give a mapping, or pairs."""
    mapped = WebhookRequest("POST", "/", {"Content-Type": "text/XML; q=1"})
    paired = WebhookRequest("POST", "/", [("CONTENT-TYPE", "text/xml")])
    assert mapped.content_type == paired.content_type == "text/xml"


def test_fields_keep_their_order_and_their_blanks():
    """Signatures are over all of them."""
    body = b"b=2&a=&b=1&c=%C3%A9+%2B"
    assert call(body=body).fields() == [
        ("b", "2"),
        ("a", ""),
        ("b", "1"),
        ("c", "é +"),
    ]
    assert first_of(call(body=body).fields())["b"] == "2"
    assert call("/h?x=1&x=").queries() == [("x", "1"), ("x", "")]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"a=1&" * MOST_FIELDS + b"a=1", 413),
        (b"a=" + b"x" * 40_000, 413),
        (b"a=" + b"x" * MOST_BYTES, 413),
        (b"a=%ff", 400),
        (b"a=\xff", 400),
    ],
)
def test_forms_have_limits(body, status):
    """Too many, too long, or no UTF-8."""
    with pytest.raises(WebhookError) as caught:
        call(body=body).fields()
    assert caught.value.status == status


@given(st.binary(max_size=200))
def test_any_body_is_read_or_refused(body):
    """Nothing else happens."""
    try:
        fields = call(body=body).fields()
    except WebhookError:
        return
    assert all(isinstance(text, str) for pair in fields for text in pair)


def test_a_body_that_somebody_read_already_is_refused():
    """Signatures are over the raw bytes."""
    with pytest.raises(ConfigurationError, match="raw bytes"):
        WebhookRequest("POST", "/", {}, "a=1")
    with pytest.raises(ConfigurationError, match="zone"):
        WebhookRequest("GET", "/", received_at=datetime(2026, 3, 2))  # noqa: DTZ001


def test_a_call_shows_nothing():
    """Not its query, not its body."""
    shown = repr(call("/hooks/secret?to=somebody", b"Body=Hello"))
    assert shown == "<WebhookRequest POST, 10 bytes>"


@pytest.mark.parametrize(
    "url",
    [
        f"/hooks/{SECRET}",
        f"/hooks/{SECRET}/",
        f"/{SECRET}?MsgId=1",
        "/hooks/correct%2Dhorse-battery",
        f"https://any.example/{SECRET}",
    ],
)
def test_the_secret_opens(url):
    """At the end of the path, whatever stands before or in the query."""
    SecretPath(Secret(SECRET)).check(call(url))


@pytest.mark.parametrize(
    "url",
    [
        "/hooks",
        "/hooks/",
        "",
        f"/hooks?secret={SECRET}",
        f"/{SECRET}/hooks",
        f"/hooks/{SECRET}x",
        f"/hooks/{SECRET.upper()}",
        "/hooks/\udcff",
        "/hooks/%ff",
    ],
)
def test_nothing_else_opens(url):
    """And the error tells what to register."""
    with pytest.raises(ForgedWebhookError, match="secret path") as caught:
        SecretPath(Secret(SECRET)).check(call(url))
    assert caught.value.status == 403
    assert SECRET not in str(caught.value)


def test_short_secrets_are_refused():
    """They could be guessed."""
    with pytest.raises(ConfigurationError, match="16 characters"):
        SecretPath(Secret("guess"))
    assert SECRET not in repr(SecretPath(Secret(SECRET)))


def test_the_default_reply_is_empty():
    """No content, which every provider takes for a yes."""
    assert WebhookReply() == WebhookReply(204, "")
