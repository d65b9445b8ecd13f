"""
Twilio's signature of its calls to us, checked; pure.

Base64(HMAC-SHA1(auth token, S)), where S is the URL as Twilio called it,
followed by the form's fields: each name in byte order, with each of its
distinct values, sorted. A body that is no form is covered by its SHA-256 in
the URL (``bodySHA256``).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl

from anonsms.errors import WebhookError
from anonsms.masking import Secret
from anonsms.transport.webhook import form_or_fault


FORM: Final = "application/x-www-form-urlencoded"
_DIGEST_NAME: Final = "bodySHA256"
_PLACE: Final = re.compile(
    r"(https?)://([^/?#]*)([^?#]*)(\?[^#]*)?", re.IGNORECASE
)
_PORT: Final = re.compile(r":([0-9]*)\Z")
_USUAL_PORTS: Final = {"https": "443", "http": "80"}


def verify_twilio_signature(
    auth_token: str | Secret,
    url: str,
    body: bytes,
    content_type: str | None,
    signature: str | None,
) -> bool:
    """
    Whether Twilio signed this request.

    It never raises, whatever it is given, and nothing is accepted for an
    empty token. A body that neither is a form nor has its digest in the
    URL is not covered by the signature, and is refused.

    Args:
        auth_token: The account's (primary) auth token. An API key's secret
            signs nothing.
        url: The URL as Twilio called it, query included: the one that was
            registered, not the one a proxy passes on.
        body: The raw bytes, before any framework read them; empty for GET.
        content_type: The request's header of that name.
        signature: The request's header ``X-Twilio-Signature``.

    >>> verify_twilio_signature(
    ...     "12345",
    ...     "https://mycompany.com/myapp.php?foo=1&bar=2",
    ...     b"Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234",
    ...     "application/x-www-form-urlencoded",
    ...     "IK+Dwps556ElfBT0I3Rgjkr1wJU=",
    ... )
    True
    """
    token = (
        auth_token.reveal() if isinstance(auth_token, Secret) else (auth_token)
    )
    if not (
        isinstance(token, str)
        and token.strip()
        and isinstance(url, str)
        and isinstance(body, bytes)
        and isinstance(signature, str)
        and signature
    ):
        return False
    tail = _signed_fields(url, body, content_type)
    if tail is None:
        return False
    given = _octets(signature)
    key = _octets(token)
    # All of them are compared, so that time does not tell which one fits.
    fitting = [
        hmac.compare_digest(_sign(key, each + tail), given)
        for each in _spellings(url)
    ]
    return any(fitting)


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _sign(key: bytes, signed: str) -> bytes:
    mac = hmac.digest(key, _octets(signed), "sha1")
    return base64.b64encode(mac)


def _signed_fields(url: str, body: bytes, content_type: object) -> str | None:
    """What follows the URL in S; ``None`` if the body is not covered."""
    digests = _digests(url)
    whole = hashlib.sha256(body).hexdigest()
    if any(
        not hmac.compare_digest(_octets(each), whole.encode())
        for each in digests
    ):
        return None
    media = content_type if isinstance(content_type, str) else ""
    if media.partition(";")[0].strip().lower() != FORM:
        return "" if digests or not body else None
    # The same reader as for the events: what is signed is what is read.
    pairs = form_or_fault(body)
    if isinstance(pairs, WebhookError):
        return None
    values: dict[str, set[str]] = {}
    for name, value in pairs:
        values.setdefault(name, set()).add(value)
    return "".join(
        name + value
        for name in sorted(values)
        for value in sorted(values[name])
    )


def _digests(url: str) -> list[str]:
    query = url.partition("#")[0].partition("?")[2]
    pairs = parse_qsl(query, keep_blank_values=True, errors="replace")
    return [value for name, value in pairs if name == _DIGEST_NAME]


def _spellings(url: str) -> Iterator[str]:
    """
    The ways in which Twilio may have written the URL that it signed.

    Some of its servers sign with the port and some without, also where it
    is the usual one; some write the ``'`` of a query as ``%27``.
    """
    place = _PLACE.match(url)
    if place is None:
        yield url.partition("#")[0]
        return
    scheme, authority, path, query = place.groups(default="")
    start = url[: place.start(2)]
    user, at, host = authority.rpartition("@")
    # An IPv6 address has colons too, within brackets.
    port = _PORT.search(host)
    bare = host[: port.start()] if port else host
    usual = f"{bare}:{_USUAL_PORTS[scheme.lower()]}"
    hosts = {host, bare} if port and port[1] else {bare, usual}
    for one in sorted(hosts):
        for asked in sorted({query, query.replace("'", "%27")}):
            yield f"{start}{user}{at}{one}{path}{asked}"
