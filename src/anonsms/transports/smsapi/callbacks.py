"""Where SMSAPI calls back, registered with SMSAPI itself."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from anonsms.errors import ConfigurationError, TransportError
from anonsms.masking import Secret
from anonsms.transport import Flow, HttpRequest, HttpResponse, SecretPath
from anonsms.transport.telling import provider_id
from anonsms.transports.smsapi.account import Account
from anonsms.transports.smsapi.calls import body_of, error_in, rows_of


_CALLBACKS: Final = "/callbacks"
RECEIPTS: Final = "sms_dlr"
REPLIES: Final = "sms_mo"


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


def called_at(
    webhook_url: Secret | None, secret: Secret | None
) -> tuple[SecretPath | None, Secret | None]:
    """
    What tells SMSAPI's calls from anybody's, and the whole URL of them.

    Raises:
        ConfigurationError: One of them is unsound, or a URL has no secret.
    """
    if secret is None:
        if webhook_url is not None:
            raise ConfigurationError(
                "SMSAPI does not sign its calls: webhook_url goes with a "
                "webhook_secret, the end of its path. Take "
                "secrets.token_urlsafe(24)."
            )
        return None, None
    path = SecretPath(secret)
    return path, None if webhook_url is None else path.under(webhook_url)


def callbacks(
    account: Account, url: Secret | None
) -> Flow[list[SmsapiCallback]]:
    """What is registered with the account."""
    response = yield account.ask(_CALLBACKS, {})
    return _listed(response, url)


def registration(
    account: Account, url: Secret, version: int
) -> Flow[list[str]]:
    """
    Register the URL for receipts and replies, where it is not yet.

    Args:
        account: Whose.
        url: The whole URL.
        version: Of the form of the calls; pinned, since SMSAPI chooses
            another one by type if it is left out.

    Returns:
        The kinds that were registered now.

    Raises:
        TransportError: SMSAPI refused.
    """
    there = {
        each.kind for each in (yield from callbacks(account, url)) if each.ours
    }
    made: list[str] = []
    for kind in (RECEIPTS, REPLIES):
        if kind in there:
            continue
        response = yield _order(account, url, kind, version)
        if code := error_in(response):
            raise TransportError(
                f"SMSAPI did not register the callback {kind}; its code is "
                f"{code}. The URL has to be one that the internet reaches."
            )
        made.append(kind)
    return made


def _order(
    account: Account, url: Secret, kind: str, version: int
) -> HttpRequest:
    what: dict[str, object] = {
        "url": url.reveal(),
        "type": kind,
        "api_version": version,
    }
    if kind == REPLIES:
        what["receiver_type"] = "all"
    return account.put_down(_CALLBACKS, what)


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
            provider_id(row.get("id")),
            provider_id(row.get("type")),
            ours is not None and row.get("url") == ours,
            row.get("active") is not False,
            row.get("invalid") is True,
        )
        for row in rows
    ]
