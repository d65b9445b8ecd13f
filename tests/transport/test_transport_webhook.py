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
from anonsms.testing.clocks import frozen_clock
from anonsms.transport import SecretPath, WebhookReply, WebhookRequest
from anonsms.transport.webhook import MOST_BYTES, MOST_FIELDS, first_of
from exposed import exposed


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
        ("/hooks?attempt=a#&Body=STOP", "/hooks", "attempt=a"),
        ("/hooks#?Body=STOP", "/hooks", ""),
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
        (b"a=" + b"x" * 33_000, 413),
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


def test_a_stop_with_a_byte_of_latin_1_can_be_read():
    """Where no signature vouches for the whole: nobody's STOP is lost."""
    request = call("/h?x=%B1", b"sms_text=STOP%B1&to=\xb1")
    assert request.fields("replace") == [
        ("sms_text", "STOP\ufffd"),
        ("to", "\ufffd"),
    ]
    assert request.queries("replace") == [("x", "\ufffd")]
    for read in (request.fields, request.queries):
        with pytest.raises(WebhookError, match="not UTF-8"):
            read()


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (b'{"text": "STOP \xb1"}', {"text": "STOP \ufffd"}),
        (b"\xef\xbb\xbf[1]", [1]),
        (b"", None),
        (b"\xff", None),
        (b"[" * 9_999, None),
        (b"9" * 5_000, None),
    ],
)
def test_json_is_read_with_the_same_care(body, read):
    """What is no JSON reads as nothing; a body that is too long is none."""
    assert call(body=body).json() == read
    with pytest.raises(WebhookError):
        call(body=b" " * (MOST_BYTES + 1)).json()


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
    with pytest.raises(
        ConfigurationError, match="received_at is a moment with a zone"
    ):
        WebhookRequest("GET", "/", received_at=datetime(2026, 3, 2))  # noqa: DTZ001


def test_a_call_is_received_by_the_clock_of_transports():
    """A frozen one reaches it."""
    with frozen_clock() as clock:
        assert call().received_at == clock()


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


@pytest.mark.parametrize(
    "secret",
    [
        *("a/b?c d-secret-of-16", "sixteen%20letters", "é" * 16, "a.b" * 8),
        *("a" * 16 + "\n", "x" * 513, "", None, 5),
    ],
)
def test_secrets_that_a_path_would_change_are_refused(secret):
    """What is changed on the way opens nothing: every STOP would be lost."""
    with pytest.raises(ConfigurationError, match="letters, digits") as caught:
        SecretPath(secret)
    if secret and isinstance(secret, str):
        assert secret not in " ".join(exposed(caught.value))


@pytest.mark.parametrize(
    "url", ["https://shop.example", "https://u:p@shop.example/hooks/"]
)
def test_the_whole_url_opens_what_it_is_registered_for(url):
    """It ends in the secret, and hides it."""
    door = SecretPath(SECRET)
    whole = door.under(url)
    assert SECRET not in repr(whole)
    assert whole.reveal() == f"{url.rstrip('/')}/{SECRET}"
    door.check(call(whole.reveal()))
    with pytest.raises(ConfigurationError, match="webhook_url"):
        door.under(f"{url}?x=1")


def test_the_default_reply_is_empty():
    """No content, which every provider takes for a yes."""
    assert WebhookReply() == WebhookReply(204, "")
