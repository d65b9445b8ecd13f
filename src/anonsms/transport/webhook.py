"""A provider's call to us, as a value: no framework, no I/O."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal
from urllib.parse import parse_qsl, unquote

from attrs import field, frozen

from anonsms.errors import ConfigurationError, ForgedWebhookError, WebhookError
from anonsms.masking import Secret
from anonsms.transport.telling import aware
from anonsms.transport.urls import public_url
from anonsms.transport.waiting import utc_now


MOST_BYTES: Final = 64 * 1024
"""Longest body; texts and receipts have a few hundred bytes."""
MOST_FIELDS: Final = 200
LONGEST_FIELD: Final = 32 * 1024
_SHORTEST_SECRET: Final = 16
_SECRET: Final = re.compile(
    rf"[A-Za-z0-9_-]{{{_SHORTEST_SECRET},512}}", re.ASCII
)


def _lower(
    headers: Mapping[str, str] | Iterable[tuple[str, str]],
) -> Mapping[str, str]:
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return {str(name).lower(): str(value) for name, value in pairs}


def _without_fragment(url: str) -> str:
    # Some servers hand on what a browser would keep to itself.
    return url.partition("#")[0]


@frozen(repr=False, eq=False)
class WebhookRequest:
    """
    What a provider sent to one of our URLs.

    Attributes:
        method: ``"POST"`` or ``"GET"``.
        url: As the server got it: path and query, with or without scheme
            and host. The host is never believed: transports know their
            public URL from their settings. A fragment is cut off: no
            signature covers it.
        headers: By name, in any case.
        body: The raw bytes.
        received_at: Aware; now if not given.
    """

    method: str
    url: str = field(converter=_without_fragment)
    headers: Mapping[str, str] = field(factory=dict, converter=_lower)
    body: bytes = b""
    received_at: datetime = field(factory=utc_now)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.body, bytes):
            raise ConfigurationError(
                "A webhook's body is the raw bytes of the request, before "
                f"any framework read it. This was {type(self.body).__name__}."
            )
        aware(self.received_at, "received_at")

    @property
    def path(self) -> str:
        """The path of the URL, as it came."""
        place, _, _ = self.url.partition("?")
        _, found, rest = place.partition("://")
        if not found:
            return place
        return rest[rest.find("/") :] if "/" in rest else "/"

    @property
    def query(self) -> str:
        """The query of the URL, as it came, without ``?``."""
        return self.url.partition("?")[2]

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].lower()

    def fields(
        self, errors: Literal["strict", "replace"] = "strict"
    ) -> list[tuple[str, str]]:
        """
        The form's fields in their order; empty ones too.

        Args:
            errors: As for :func:`read_form`.

        Raises:
            WebhookError: The body is too long, has too many fields or is
                no form in UTF-8.
        """
        return read_form(self.capped_body(), errors)

    def queries(
        self, errors: Literal["strict", "replace"] = "strict"
    ) -> list[tuple[str, str]]:
        """The query's fields in their order. As :meth:`fields`."""
        return read_form(self.query.encode("utf-8", "surrogatepass"), errors)

    def json(self) -> object:
        """
        The body read as JSON; ``None`` if it is none.

        Bytes that are not UTF-8 become U+FFFD: a STOP among them counts.

        Raises:
            WebhookError: The body is too long.
        """
        body = self.capped_body()
        try:
            return json.loads(body.decode("utf-8-sig", "replace"))
        except (ValueError, RecursionError):
            return None

    def capped_body(self) -> bytes:
        """
        The body, if it is not too long.

        Raises:
            WebhookError: It is (413).
        """
        if len(self.body) > MOST_BYTES:
            raise WebhookError(
                f"A webhook's body has at most {MOST_BYTES:,} bytes. Refuse "
                "longer ones before they reach the application.",
                status=413,
            )
        return self.body

    def __repr__(self) -> str:
        return f"<WebhookRequest {self.method}, {len(self.body)} bytes>"


@frozen
class WebhookReply:
    """
    What to answer to a provider's call.

    Attributes:
        status: HTTP status.
        body: As text.
        content_type: Of the body.
    """

    status: int = 204
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"


def read_form(
    raw: bytes, errors: Literal["strict", "replace"] = "strict"
) -> list[tuple[str, str]]:
    """
    Read a form (``application/x-www-form-urlencoded``) in UTF-8.

    >>> read_form(b"sms_text=STOP%B1", "replace")
    [('sms_text', 'STOP\ufffd')]

    Args:
        raw: The bytes.
        errors: What becomes of bytes that are not UTF-8: the form is
            refused, or they become U+FFFD. Where no signature vouches for
            the whole, replace them: a STOP with one letter in Latin-1 is a
            STOP.

    Raises:
        WebhookError: It has too many fields, one is too long, or it is not
            UTF-8.
    """
    found = form_or_fault(raw, errors)
    del raw  # A traceback that prints variables must not find it.
    if isinstance(found, WebhookError):
        raise found
    return found


def form_or_fault(
    raw: bytes, errors: Literal["strict", "replace"] = "strict"
) -> list[tuple[str, str]] | WebhookError:
    """As :func:`read_form`, with its error returned and not raised."""
    if len(raw) > MOST_BYTES or raw.count(b"&") >= MOST_FIELDS:
        return WebhookError(
            f"A webhook's form has at most {MOST_FIELDS} fields.", status=413
        )
    try:
        pairs = parse_qsl(
            raw.decode("utf-8", errors),
            keep_blank_values=True,
            errors=errors,
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        return WebhookError("A webhook's form is not UTF-8.")
    if any(len(text) > LONGEST_FIELD for pair in pairs for text in pair):
        return WebhookError(
            f"A field of a webhook has at most {LONGEST_FIELD:,} characters.",
            status=413,
        )
    return pairs


def first_of(fields: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The first value of each field."""
    return dict(reversed(fields))


def _hidden(secret: str | Secret) -> Secret:
    return Secret.of(secret)


@frozen(repr=False)
class SecretPath:
    """
    A secret at the end of a webhook's path, for providers without signature.

    ``https://shop.example/hooks/smsapi/<secret>``: whoever calls another
    path is refused. In the path and not in the query, because providers
    append their own query and because logs show queries more often.

    Attributes:
        secret: At least 16 letters, digits, ``-`` and ``_``: other
            characters are changed on the way, and what is changed opens
            nothing.
    """

    secret: Secret = field(converter=_hidden)

    def __attrs_post_init__(self) -> None:
        if not _is_secret(self.secret):
            raise ConfigurationError(
                "The secret in a webhook's path has at least "
                f"{_SHORTEST_SECRET} characters, and only letters, digits, "
                "'-' and '_': take secrets.token_urlsafe(24)."
            )

    def under(self, webhook_url: str | Secret) -> Secret:
        """
        The whole public URL: what to register with the provider.

        Args:
            webhook_url: As ``public_url`` wants
                it, without the secret.

        Raises:
            ConfigurationError: It is no such URL.
        """
        hidden = Secret.of(webhook_url)
        del webhook_url
        base = public_url(hidden).reveal().rstrip("/")
        return Secret(f"{base}/{self.secret.reveal()}")

    def check(self, request: WebhookRequest) -> None:
        """
        Refuse a request that does not know the secret.

        Raises:
            ForgedWebhookError: The last part of its path is another.
        """
        last = unquote(request.path.rstrip("/").rpartition("/")[2])
        known = hmac.compare_digest(
            last.encode("utf-8", "surrogatepass"),
            self.secret.reveal().encode(),
        )
        del last
        if not known:
            raise ForgedWebhookError(
                "The request does not know the secret path of this webhook. "
                "Register the whole URL with the provider, secret included."
            )

    def __repr__(self) -> str:
        return "<SecretPath ••••••••>"


def _is_secret(secret: Secret) -> bool:
    # Settings that were left out arrive as None.
    word: object = secret.reveal()
    return isinstance(word, str) and _SECRET.fullmatch(word) is not None
