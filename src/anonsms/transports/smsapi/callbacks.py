"""Where SMSAPI calls back, registered with SMSAPI itself."""

from __future__ import annotations

import re
from typing import Final

from attrs import frozen

from anonsms.errors import ConfigurationError, TransportError
from anonsms.masking import Secret
from anonsms.transport import Flow, HttpRequest, HttpResponse
from anonsms.transport.http import sound_base
from anonsms.transports.smsapi.calls import body_of, error_in, rows_of
from anonsms.transports.smsapi.desk import Desk
from anonsms.transports.smsapi.replies import id_of


_CALLBACKS: Final = "/callbacks"
RECEIPTS: Final = "sms_dlr"
REPLIES: Final = "sms_mo"
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


@frozen
class SmsapiCallback:
    """
    A URL that SMSAPI calls. The URL holds our secret and is not shown.

    Attributes:
        provider_id: SMSAPI's id of it.
        kind: ``"sms_dlr"`` for receipts, ``"sms_mo"`` for replies …
        ours: Whether it is the URL of this transport.
        active: Whether SMSAPI calls it.
        invalid: Whether SMSAPI found it broken.
    """

    provider_id: str
    kind: str
    ours: bool
    active: bool
    invalid: bool


def public_url(webhook_url: str, secret: Secret) -> Secret:
    """
    The whole URL that SMSAPI is to call, with the secret at its end.

    Raises:
        ConfigurationError: The URL is none that carries numbers safely,
            or the secret has characters that a path would change.
    """
    base, _ = sound_base(webhook_url)
    if not _SECRET.fullmatch(secret.reveal()):
        raise ConfigurationError(
            "The secret in a webhook's path has letters, digits, '-' and "
            "'_' only: take secrets.token_urlsafe(24)."
        )
    return Secret(f"{base}/{secret.reveal()}")


def callbacks(desk: Desk, url: Secret | None) -> Flow[list[SmsapiCallback]]:
    """What is registered with the account."""
    response = yield desk.ask(_CALLBACKS, {})
    return _listed(response, url)


def registration(desk: Desk, url: Secret, version: int) -> Flow[list[str]]:
    """
    Register the URL for receipts and replies, where it is not yet.

    Args:
        desk: Where to.
        url: The whole URL.
        version: Of the form of the calls; pinned, since SMSAPI chooses
            another one by type if it is left out.

    Returns:
        The kinds that were registered now.

    Raises:
        TransportError: SMSAPI refused.
    """
    there = {
        each.kind for each in (yield from callbacks(desk, url)) if each.ours
    }
    made: list[str] = []
    for kind in (RECEIPTS, REPLIES):
        if kind in there:
            continue
        response = yield _order(desk, url, kind, version)
        if code := error_in(response):
            raise TransportError(
                f"SMSAPI did not register the callback {kind}; its code is "
                f"{code}. The URL has to be one that the internet reaches."
            )
        made.append(kind)
    return made


def _order(desk: Desk, url: Secret, kind: str, version: int) -> HttpRequest:
    what: dict[str, object] = {
        "url": url.reveal(),
        "type": kind,
        "api_version": version,
    }
    if kind == REPLIES:
        what["receiver_type"] = "all"
    return desk.put_down(_CALLBACKS, what)


def _listed(
    response: HttpResponse, url: Secret | None
) -> list[SmsapiCallback]:
    body = response.json()
    # Some lists of the REST side are bare, some are in a collection.
    if isinstance(body, list):
        rows = rows_of({"collection": body}, "collection")
    else:
        del body
        rows = rows_of(body_of(response, "the callbacks"), "collection")
    ours = url.reveal() if url is not None else None
    return [
        SmsapiCallback(
            id_of(row.get("id")),
            id_of(row.get("type")),
            ours is not None and row.get("url") == ours,
            row.get("active") is not False,
            row.get("invalid") is True,
        )
        for row in rows
    ]
