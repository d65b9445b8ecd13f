"""What a shop says once, so that each of its receipts can say it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from anonsms.consent import Controller
from anonsms.errors import ConfigurationError
from anonsms.masking import storable


if TYPE_CHECKING:
    from attrs import Attribute

_PLACE: Final = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", re.ASCII)
_ADDRESS: Final = re.compile(r"https?://[^\s/]+\S*")


def told(text: object) -> bool:
    """Whether it is text that says something and can be written down."""
    return isinstance(text, str) and bool(text.strip()) and storable(text)


def _said(value: object, attribute: Attribute[str], text: object) -> None:
    if not told(text):
        raise ConfigurationError(
            f"{type(value).__name__} says nothing in {attribute.name!r}, "
            "which a receipt has to tell (ISO/IEC TS 27560). Pass a text "
            "that is not empty."
        )


def _place(value: object, attribute: Attribute[str], text: object) -> None:
    _coded(value, attribute.name, text)


def _coded(value: object, name: str, text: object) -> None:
    if not isinstance(text, str) or not _PLACE.fullmatch(text):
        raise ConfigurationError(
            f"A {type(value).__name__} gives places in {name!r}: codes of "
            'ISO 3166 such as "FR" or "US-CA", or "EU". Pass the code in '
            "capitals."
        )


def _web(value: object, attribute: Attribute[str], text: object) -> None:
    if not isinstance(text, str) or not _ADDRESS.fullmatch(text):
        raise ConfigurationError(
            f"The {attribute.name!r} of a {type(value).__name__} is a page "
            "that a person can open. Pass its address, with https://."
        )


def _several(
    value: object, attribute: Attribute[tuple[str, ...]], texts: object
) -> None:
    if not isinstance(texts, tuple) or not all(map(told, texts)):
        raise ConfigurationError(
            f"The {attribute.name!r} of a {type(value).__name__} are texts "
            f'in a tuple, none of them empty: {attribute.name}=("…",).'
        )


def _some(
    value: object, attribute: Attribute[tuple[str, ...]], texts: object
) -> None:
    _several(value, attribute, texts)
    if not texts:
        raise ConfigurationError(
            f"{type(value).__name__} names nothing in {attribute.name!r}, "
            "which a receipt has to tell (ISO/IEC TS 27560). Name at least "
            "one."
        )


def _places(
    value: object, attribute: Attribute[tuple[str, ...]], texts: object
) -> None:
    _some(value, attribute, texts)
    if isinstance(texts, tuple):
        for text in texts:
            _coded(value, attribute.name, text)


def _parties(
    value: object, attribute: Attribute[tuple[Party, ...]], parties: object
) -> None:
    if not isinstance(parties, tuple) or not all(
        isinstance(party, Party) for party in parties
    ):
        raise ConfigurationError(
            f"The {attribute.name!r} of a {type(value).__name__} are parties "
            f"in a tuple: {attribute.name}=(Party(…),)."
        )


@frozen(kw_only=True)
class Party:
    """
    Somebody else whom a receipt names: who receives data, or who oversees.

    ISO/IEC TS 27560 asks for all of it of each party (6.3.6).

    Attributes:
        name: Its legal name.
        address: Postal address, in one line.
        contact: How to reach it: a mail address, a page, a number.
        country: ISO 3166 code of where it works, e.g. ``"FR"``.

    Raises:
        ConfigurationError: One of them is empty, or the country is no code.
    """

    name: str = field(validator=_said)
    address: str = field(validator=_said)
    contact: str = field(validator=_said)
    country: str = field(validator=_place)


@frozen(kw_only=True)
class Disclosure:
    """
    What a shop tells everybody about its texts, in one value.

    Attributes:
        service: What the texts belong to, e.g. ``"Ma Boutique, by SMS"``.
        language: BCP 47 tag of the privacy notice, e.g. ``"fr"``.
        jurisdiction: ISO 3166 code of the law that applies, e.g. ``"FR"``.
        storage_locations: ISO 3166 codes of where the data lies.
        retention: How long it is kept: an ISO 8601 duration such as
            ``"P5Y"``, or until what, in words.
        withdrawal: Each way to say no, in words or as a page.
        rights_url: The page that tells how to use one's rights.
        processors: Who handles the data for the shop; first of all the SMS
            provider (GDPR Art. 28).
        third_parties: Who receives it for ends of their own.
        authority: Where to complain (GDPR Art. 13(2)(d)).
        further_data: What is used besides the number, in words, such as
            ``"first name"`` for a text that greets people by it.
        gdpr: Whether the GDPR applies. Records then follow DPV's profile
            for it, which names the authority and the articles.

    Raises:
        ConfigurationError: A field is empty that a standard asks for, nobody
            receives the data, or there is no authority under the GDPR.
    """

    service: str = field(validator=_said)
    language: str = field(validator=_said)
    jurisdiction: str = field(validator=_place)
    storage_locations: tuple[str, ...] = field(validator=_places)
    retention: str = field(validator=_said)
    withdrawal: tuple[str, ...] = field(validator=_some)
    rights_url: str = field(validator=_web)
    processors: tuple[Party, ...] = field(default=(), validator=_parties)
    third_parties: tuple[Party, ...] = field(default=(), validator=_parties)
    authority: Party | None = None
    further_data: tuple[str, ...] = field(default=(), validator=_several)
    gdpr: bool = True

    def __attrs_post_init__(self) -> None:
        """Check what hangs on several fields."""
        if not self.recipients:
            raise ConfigurationError(
                "A receipt names who receives the number, and an SMS "
                "provider always does (GDPR Art. 13(1)(e)). Pass "
                "processors=(Party(…),)."
            )
        if self.gdpr and not isinstance(self.authority, Party):
            raise ConfigurationError(
                "Under the GDPR people are told where to complain (Art. "
                "13(2)(d)). Pass authority=Party(…), or gdpr=False where it "
                "does not apply."
            )

    @property
    def recipients(self) -> tuple[Party, ...]:
        """Everybody who receives data: processors, then third parties."""
        return self.processors + self.third_parties


def contacts(controller: Controller) -> list[str]:
    """
    How to reach the controller, the best way first.

    Raises:
        ConfigurationError: It has no postal address, or no contact.
    """
    if not told(controller.address):
        raise ConfigurationError(
            "A receipt gives the controller's postal address (GDPR Art. "
            "13(1)(a)). Pass it: Controller(name, address=…)."
        )
    found = [
        way
        for way in (controller.email, controller.phone, controller.url)
        if told(way)
    ]
    if not found:
        raise ConfigurationError(
            "A receipt tells how to reach the controller (GDPR Art. "
            "13(1)(a)). Pass an email, phone or url to Controller."
        )
    return found
