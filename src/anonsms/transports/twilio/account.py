"""One account at Twilio: where it is, and how requests to it are made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from attrs import field, frozen

from anonsms.masking import Secret
from anonsms.transport import HttpRequest
from anonsms.transport.urls import sound_base


API: Final = "https://api.twilio.com"
LOOKUPS: Final = "https://lookups.twilio.com"
ACCOUNTS: Final = "https://accounts.twilio.com"


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

    @classmethod
    def at(
        cls,
        sid: str,
        authorization: Secret,
        base_url: Secret | None,
        lookups_url: Secret | None,
        accounts_url: Secret | None,
    ) -> Account:
        """
        The account, with the places where it is.

        Args:
            sid: ``AC…``.
            authorization: The header of that name.
            base_url: Of the messaging API. Hidden, like the others: what is
                unsound may hold a password.
            lookups_url: Of Lookup; Twilio's own if left out.
            accounts_url: Of the consent API; likewise.

        Raises:
            ConfigurationError: A URL is not sound.
        """
        base, here = sound_base("" if base_url is None else base_url.reveal())
        # What is tried out on this machine asks nothing of the real Twilio.
        lookups, accounts = (base, base) if here else (LOOKUPS, ACCOUNTS)
        if lookups_url is not None:
            lookups, _ = sound_base(lookups_url.reveal())
        if accounts_url is not None:
            accounts, _ = sound_base(accounts_url.reveal())
        return cls(sid, authorization, base, lookups, accounts, here)

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
