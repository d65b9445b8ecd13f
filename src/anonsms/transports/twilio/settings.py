"""The account and its settings, checked when the transport is built."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from attrs import field, frozen

from anonsms.errors import ConfigurationError
from anonsms.masking import Secret
from anonsms.transport import HttpRequest
from anonsms.transport.http import sound_base


API: Final = "https://api.twilio.com"
LOOKUPS: Final = "https://lookups.twilio.com"
ACCOUNTS: Final = "https://accounts.twilio.com"

LONGEST_VALIDITY: Final = 36_000
"""Seconds that a message may wait in Twilio's queue."""

_SIDS: Final = {
    "AC": "account_sid is the account's SID",
    "MG": "messaging_service_sid is the SID of a messaging service",
}
_LOOPBACK: Final = {"127.0.0.1", "::1", "localhost"}
_OVERRIDES: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        "ct": re.compile(r"[1-9][0-9]{2,3}|10000"),
        "rt": re.compile(r"[1-9][0-9]{2,3}|1[0-4][0-9]{3}|15000"),
        "tt": re.compile(r"[1-9][0-9]{2,3}|1[0-4][0-9]{3}|15000"),
        "rc": re.compile(r"[0-5]"),
        "rp": re.compile(r"(4xx|5xx|ct|rt|all)(,(4xx|5xx|ct|rt|all))*"),
        "e": re.compile(r"[a-z]+(,[a-z]+)*"),
    }
)


@frozen(repr=False, eq=False)
class Account:
    """
    One account at Twilio, and how requests to it are made.

    Attributes:
        sid: ``AC…``; no secret.
        base_url: Of the messaging API.
        lookups_url: Of Lookup.
        accounts_url: Of the consent API.
        here: Whether the messaging API is on this machine.
    """

    sid: str
    _authorization: Secret
    base_url: str
    lookups_url: str
    accounts_url: str
    here: bool
    _plain: Mapping[str, str] = field(init=False)
    _form: Mapping[str, str] = field(init=False)

    @_plain.default
    def _headers(self) -> Mapping[str, str]:
        return {
            "Authorization": self._authorization.reveal(),
            "Accept": "application/json",
        }

    @_form.default
    def _form_headers(self) -> Mapping[str, str]:
        media = "application/x-www-form-urlencoded"
        return {**self._plain, "Content-Type": media}

    @property
    def messages_path(self) -> str:
        """The path of the account's messages, without ``.json``."""
        return f"/2010-04-01/Accounts/{self.sid}/Messages"

    def ask(self, url: str, *, private: bool = False) -> HttpRequest:
        """A question, which changes nothing."""
        return HttpRequest("GET", url, self._plain, private=private)

    def delete(self, url: str) -> HttpRequest:
        """A request to delete what is at the URL."""
        return HttpRequest("DELETE", url, self._plain)

    def post(self, url: str, form: str) -> HttpRequest:
        """A form, already encoded; as an argument it shows in no frame."""
        return HttpRequest("POST", url, self._form, form.encode("ascii"))

    def __repr__(self) -> str:
        return f"<Account {urlsplit(self.base_url).hostname}>"


def hidden(value: str | Secret | None) -> Secret | None:
    """
    A setting out of sight; ``None`` if it is left out.

    Settings get swapped, so that any of them may turn out to be the token.
    """
    if value is None or isinstance(value, Secret):
        return value
    return Secret(value if isinstance(value, str) else "")


def sound_token(token: Secret | None) -> Secret:
    """
    Check that there is a token.

    Raises:
        ConfigurationError: It is empty or no text.
    """
    if token is None or not token.reveal().strip():
        raise ConfigurationError(
            "auth_token is empty or no text. Take it from Twilio's console, "
            "and keep it in the environment rather than in the code."
        )
    return token


def sound_sid(value: Secret | None, prefix: str) -> str:
    """
    Check a SID's form.

    Raises:
        ConfigurationError: It has another form.
    """
    if value is None or not re.fullmatch(
        prefix + "[0-9a-fA-F]{32}", value.reveal()
    ):
        raise ConfigurationError(
            f"{_SIDS[prefix]}: {prefix} and 32 hexadecimal digits. "
            "Copy it from Twilio's console."
        )
    return value.reveal()


def basic(
    sid: str, token: Secret, key: Secret | None, word: Secret | None
) -> Secret:
    """
    The credentials as HTTP Basic writes them (RFC 7617).

    Args:
        sid: Of the account.
        token: Its auth token.
        key: SID of an API key, if one is used.
        word: The key's secret.

    Raises:
        ConfigurationError: It is half of a key.
    """
    user, password = Secret(sid), token
    if key is not None or word is not None:
        user, password = key or Secret(""), word or Secret("")
    if not password.reveal() or not user.reveal() or ":" in user.reveal():
        raise ConfigurationError(
            "An API key is a pair: api_key (SK…) and api_secret. Give both, "
            "or neither to use the auth token."
        )
    pair = f"{user.reveal()}:{password.reveal()}"
    return Secret("Basic " + base64.b64encode(pair.encode()).decode())


def account(
    sid: str,
    authorization: Secret,
    base_url: str,
    lookups_url: str | None,
    accounts_url: str | None,
) -> Account:
    """
    The account, with the places where it is.

    Args:
        sid: ``AC…``.
        authorization: The header of that name.
        base_url: Of the messaging API.
        lookups_url: Of Lookup; Twilio's own if left out.
        accounts_url: Of the consent API; likewise.

    Raises:
        ConfigurationError: A URL is not sound.
    """
    base, here = sound_base(base_url)
    # What is tried out on this machine asks nothing of the real Twilio.
    lookups, _ = sound_base(lookups_url or (base if here else LOOKUPS))
    accounts, _ = sound_base(accounts_url or (base if here else ACCOUNTS))
    return Account(sid, authorization, base, lookups, accounts, here)


def sound_webhook(given: Secret) -> Secret:
    """
    Check the public URL of the webhook.

    Returns:
        The URL with a path; hidden, for it may hold a password.

    Raises:
        ConfigurationError: Twilio could not call it, or the receipts would
            cross the network in clear.
    """
    url = given.reveal()
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    local = host in _LOOPBACK
    sound = (
        bool(host)
        and "_" not in (host or "")
        and parts.scheme in ({"http", "https"} if local else {"https"})
        and re.fullmatch(r"[!-~]+", url) is not None
        and not {"?", "#"} & set(url)
    )
    whole = Secret(url if parts.path else f"{url}/") if sound else None
    del url, parts, host
    if whole is None:
        raise ConfigurationError(
            "webhook_url is the public URL as Twilio calls it: https, a host "
            "without underscores, no query and no fragment; 'http' only on "
            "127.0.0.1, for a local server."
        )
    return whole


def sound_overrides(text: str) -> str:
    """
    Check connection overrides such as ``"rc=3&rp=all"``.

    Raises:
        ConfigurationError: One is unknown or out of its range.
    """
    pairs = parse_qsl(text, keep_blank_values=True)
    for name, value in pairs:
        pattern = _OVERRIDES.get(name)
        if pattern is None or not pattern.fullmatch(value):
            raise ConfigurationError(
                "webhook_overrides are Twilio's connection overrides, for "
                "example 'rc=3&rp=all': ct, rt, tt in milliseconds, rc from "
                "0 to 5, rp of 4xx, 5xx, ct, rt and all, e for edges."
            )
    return urlencode(pairs, safe=",")


def sound_validity(seconds: int | None) -> int | None:
    """
    Check how long a message may wait in Twilio's queue.

    Raises:
        ConfigurationError: It is not 1 to 36,000 whole seconds.
    """
    if seconds is not None and (
        not isinstance(seconds, int)
        or isinstance(seconds, bool)
        or not 1 <= seconds <= LONGEST_VALIDITY
    ):
        raise ConfigurationError(
            f"validity is 1 to {LONGEST_VALIDITY:,} whole seconds (ten "
            "hours), the longest that Twilio holds a message."
        )
    return seconds
