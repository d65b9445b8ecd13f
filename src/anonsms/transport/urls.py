"""The two kinds of URL in a transport's settings: theirs, and ours."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from anonsms.errors import ConfigurationError
from anonsms.masking import Secret


LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
"""Names of this machine, where nothing crosses a network."""

_PLAIN: Final = re.compile(r"[!-~]+")
_NOTHING: Final = urlsplit("")


def sound_base(url: str) -> tuple[str, bool]:
    """
    Check a provider's base URL.

    Args:
        url: ``https://…``; ``http`` is for servers on this machine alone.

    Returns:
        The URL without a slash at its end, and whether it is on this
        machine, where no handset is ever reached.

    Raises:
        ConfigurationError: It is no such URL, or would carry numbers in
            clear over a network.
    """
    parts = _split(url)
    here = parts.hostname in LOOPBACK
    if not _safe(parts) or parts.username is not None:
        # It may hold a password: no traceback is to show it.
        del url, parts
        raise ConfigurationError(
            "A base URL is 'https://host', perhaps with a port or a path; "
            "'http' only on 127.0.0.1, for a local server."
        )
    return url.rstrip("/"), here


def public_url(url: str | Secret, *, underscores: bool = True) -> Secret:
    """
    Check the public URL of a webhook, as the provider is to call it.

    Args:
        url: ``https://…``, perhaps with user and password; ``http`` is for
            servers on this machine alone.
        underscores: Whether the provider calls hosts with underscores.

    Returns:
        The URL, with a path. Hidden, for it may hold a password.

    Raises:
        ConfigurationError: Nobody could call it, or what it tells would
            cross the network in clear.
    """
    hidden = Secret.of(url)
    del url
    if not _callable(_split(hidden.reveal()), underscores=underscores):
        host = "a host" if underscores else "a host without underscores"
        raise ConfigurationError(
            "webhook_url is the public URL as the provider calls it: https, "
            f"{host}, no query and no fragment; 'http' only on 127.0.0.1, "
            "for a local server."
        )
    if _split(hidden.reveal()).path:
        return hidden
    return Secret(f"{hidden.reveal()}/")


def _callable(parts: SplitResult, *, underscores: bool) -> bool:
    return _safe(parts) and (underscores or "_" not in (parts.hostname or ""))


def _split(url: object) -> SplitResult:
    """The parts of a URL; empty ones if it is none."""
    # urlsplit drops line breaks and tabs without a word.
    if not isinstance(url, str) or not _PLAIN.fullmatch(url):
        return _NOTHING
    # An empty query or fragment is seen in the text alone.
    if {"?", "#"} & set(url):
        return _NOTHING
    try:
        parts = urlsplit(url)
        _ = parts.hostname, parts.port
    except ValueError:
        return _NOTHING
    return parts


def _safe(parts: SplitResult) -> bool:
    """Whether it names a host, and what goes there is not in clear."""
    here = parts.hostname in LOOPBACK
    return bool(parts.hostname) and (
        parts.scheme == "https" or (here and parts.scheme == "http")
    )
