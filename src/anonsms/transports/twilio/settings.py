"""The settings of an account, checked when the transport is built."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qsl, urlencode

from anonsms.errors import ConfigurationError
from anonsms.masking import Secret, storable


LONGEST_VALIDITY: Final = timedelta(hours=10)
"""As long as a message may wait in Twilio's queue."""

_SECOND: Final = timedelta(seconds=1)
_SIDS: Final = {
    "AC": "account_sid is the account's SID",
    "MG": "messaging_service_sid is the SID of a messaging service",
}
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


def sound_token(token: Secret | None) -> Secret:
    """
    Check that there is a token.

    Raises:
        ConfigurationError: It is empty or no text.
    """
    if (
        token is None
        or not token.reveal().strip()
        or not storable(token.reveal())
    ):
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
    sound = all(
        each.reveal() and storable(each.reveal()) for each in (user, password)
    )
    if not sound or ":" in user.reveal():
        raise ConfigurationError(
            "An API key is a pair: api_key (SK…) and api_secret. Give both, "
            "or neither to use the auth token."
        )
    pair = f"{user.reveal()}:{password.reveal()}"
    return Secret("Basic " + base64.b64encode(pair.encode()).decode())


def no_idle_settings(
    *, service: bool, with_from: bool, hook: bool, overrides: Secret | None
) -> None:
    """
    Check that no setting is there for nothing.

    Args:
        service: Whether there is a messaging service.
        with_from: Whether the originator is to be named beside it.
        hook: Whether there is a webhook.
        overrides: Of the webhook.

    Raises:
        ConfigurationError: One goes with another that was left out.
    """
    if with_from and not service:
        raise ConfigurationError(
            "from_with_service names the originator beside a messaging "
            "service. Give messaging_service_sid, or leave it out: without "
            "a service the originator is named anyway."
        )
    if overrides is not None and not hook:
        raise ConfigurationError(
            "webhook_overrides go with the webhook's URL. Give webhook_url, "
            "or leave them out."
        )


def sound_overrides(text: Secret | None) -> str:
    """
    Check connection overrides such as ``"rc=3&rp=all"``.

    Raises:
        ConfigurationError: One is unknown or out of its range.
    """
    if text is None:
        return ""
    written = text.reveal()
    pairs = parse_qsl(written, keep_blank_values=True)
    sound = all(
        name in _OVERRIDES and _OVERRIDES[name].fullmatch(value)
        for name, value in pairs
    )
    # What is no pair is left out by parse_qsl without a word.
    if not (sound and pairs) or len(pairs) != len(
        list(filter(None, written.split("&")))
    ):
        del written, pairs
        raise ConfigurationError(
            "webhook_overrides are Twilio's connection overrides, for "
            "example 'rc=3&rp=all': ct, rt, tt in milliseconds, rc from "
            "0 to 5, rp of 4xx, 5xx, ct, rt and all, e for edges."
        )
    return urlencode(pairs, safe=",")


def sound_validity(validity: timedelta | None) -> int | None:
    """
    Check how long a message may wait in Twilio's queue.

    Returns:
        In seconds.

    Raises:
        ConfigurationError: It is not a second to ten hours.
    """
    if validity is None:
        return None
    if not _SECOND <= validity <= LONGEST_VALIDITY or validity % _SECOND:
        raise ConfigurationError(
            "validity is a timedelta of whole seconds, from one second to "
            "ten hours, the longest that Twilio holds a message: "
            "timedelta(hours=4)."
        )
    return validity // _SECOND
