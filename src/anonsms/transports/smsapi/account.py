"""One account at SMSAPI: its hosts, its token, its forms."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote, urlencode

from attrs import field, frozen

from anonsms.errors import ConfigurationError
from anonsms.masking import Secret
from anonsms.transport import HttpRequest
from anonsms.transport.urls import sound_base


SITES: Final[Mapping[str, str]] = {
    "com": "https://api.smsapi.com",
    "pl": "https://api.smsapi.pl",
    "bg": "https://api.smsapi.bg",
    "se": "https://api.smsapi.se",
}
"""Accounts of one site are unknown on the others."""

_FORM: Final = "application/x-www-form-urlencoded"


@frozen(repr=False, eq=False)
class Account:
    """
    Where requests go, and in whose name.

    Attributes:
        base: The host that is asked first.
        backup: The host for what never left for the first; or ``None``.
        local: Whether both are on this machine.
    """

    base: str
    backup: str | None
    local: bool
    token: Secret = field()

    @classmethod
    def at(
        cls,
        token: Secret | None,
        *,
        site: Secret | None,
        base_url: Secret | None,
        backup_url: Secret | None,
    ) -> Account:
        """
        An account at one site of SMSAPI, or at another base URL.

        Raises:
            ConfigurationError: There is no such site, a URL is unsound, or
                the token is empty or no header could carry it.
        """
        if token is None or not _carried(token):
            raise ConfigurationError(
                "SMSAPI's token is the line of printable ASCII characters "
                "that its panel shows under 'API tokens'. Keep it in the "
                "environment rather than in the code."
            )
        host = None if site is None else SITES.get(site.reveal())
        if host is None:
            raise ConfigurationError(
                f"SMSAPI has the sites {', '.join(sorted(SITES))}. Name the "
                "one where the account is, or give base_url."
            )
        base, local = sound_base(
            host if base_url is None else base_url.reveal()
        )
        backup = None
        if backup_url is not None:
            backup, also_local = sound_base(backup_url.reveal())
            if also_local is not local:
                raise ConfigurationError(
                    "The host and its backup are both SMSAPI's, or both on "
                    "this machine: a test must not end up with handsets."
                )
        return cls(base, backup, local, token)

    def form(
        self, path: str, body: bytes, base: str | None = None
    ) -> HttpRequest:
        """A form to a legacy endpoint; numbers and texts are in its body."""
        return HttpRequest(
            "POST",
            f"{base or self.base}{path}",
            self._headers(_FORM),
            body,
        )

    def ask(
        self, path: str, query: Mapping[str, str], *, private: bool = False
    ) -> HttpRequest:
        """A question to the REST side."""
        return HttpRequest(
            "GET",
            f"{self.base}{path}?{urlencode(query)}"
            if query
            else f"{self.base}{path}",
            self._headers(),
            private=private,
        )

    def put_down(self, path: str, what: Mapping[str, object]) -> HttpRequest:
        """An order to the REST side, as JSON."""
        return HttpRequest(
            "POST",
            f"{self.base}{path}",
            self._headers("application/json"),
            json.dumps(what).encode(),
        )

    def drop(self, path: str, provider_id: str) -> HttpRequest:
        """
        Delete one thing by its id.

        Raises:
            ValueError: There is no id. Some of SMSAPI's lists are erased
                whole by a call without.
        """
        if not provider_id:
            raise ValueError(
                "Nothing is deleted without an id: SMSAPI would take the "
                "whole list for what is meant."
            )
        return HttpRequest(
            "DELETE",
            f"{self.base}{path}/{quote(provider_id, safe='')}",
            self._headers(),
        )

    def _headers(self, content_type: str = "") -> Mapping[str, str]:
        headers = {
            "Authorization": f"Bearer {self.token.reveal()}",
            "Accept": "application/json",
        }
        if content_type:
            headers["Content-Type"] = content_type
        return headers

    def __repr__(self) -> str:
        return f"<Account at {self.base}>"


def _carried(token: Secret) -> bool:
    """Whether a header can carry it."""
    text = token.reveal()
    return bool(text) and text.isascii() and text.isprintable()


def form_of(fields: Iterable[tuple[str, str]]) -> bytes:
    """A form in UTF-8 that asks for an answer in JSON."""
    return urlencode([*fields, ("format", "json")]).encode()
