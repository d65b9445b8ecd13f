"""Which column of an export says what."""

from __future__ import annotations

import functools
import importlib.resources
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from attrs import evolve, field, fields, frozen

from anonsms.errors import ContactsError


Names = str | Iterable[str]
"""One name, or several in order of preference."""


def _names(given: Names) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


@frozen
class Columns:
    """
    The columns of an export, by what they say.

    Of several names for one thing the first that is not blank counts, row
    by row. Case, accents and punctuation do not matter. Whatever is not
    named here stays a merge value under its own name.

    >>> Columns(phone=["Mobile", "Phone"], first_name="Vorname").phone
    ('Mobile', 'Phone')

    Attributes:
        phone: The number. It leaves the merge values.
        country: Where the person lives, as ISO code or name; a number
            without a country code is read as one of there.
        first_name: Becomes the merge value ``first_name``.
        last_name: Becomes the merge value ``last_name``.
        city: Becomes the merge value ``city``.
        orders: How many orders; becomes ``orders``, an ``int``.
        spent: Money spent; becomes ``spent``, a ``Decimal``.
        tags: Words set apart by commas; becomes ``tags``, a tuple.
        consent: A yes or a no; becomes :attr:`Contact.claims_consent`.
        language: A BCP 47 tag; becomes :attr:`Contact.language`.
        language_tag: What a tag begins with that tells the language where
            no column does, e.g. ``"lang:"`` for ``lang:fr``.
    """

    phone: tuple[str, ...] = field(converter=_names)
    country: tuple[str, ...] = field(default=(), converter=_names)
    first_name: tuple[str, ...] = field(default=(), converter=_names)
    last_name: tuple[str, ...] = field(default=(), converter=_names)
    city: tuple[str, ...] = field(default=(), converter=_names)
    orders: tuple[str, ...] = field(default=(), converter=_names)
    spent: tuple[str, ...] = field(default=(), converter=_names)
    tags: tuple[str, ...] = field(default=(), converter=_names)
    consent: tuple[str, ...] = field(default=(), converter=_names)
    language: tuple[str, ...] = field(default=(), converter=_names)
    language_tag: str = ""

    def found_in(self, header: Iterable[str], *, strict: bool) -> Columns:
        """
        The same with the names exactly as this header writes them.

        Args:
            header: Names of the columns there are.
            strict: Whether everything named must be there. A column for
                the number must be there in any case.

        Raises:
            ContactsError: It is not; the message names what was looked for.
        """
        # All that read alike, because a no may stand in the second one.
        there: dict[str, list[str]] = {}
        for name in header:
            there.setdefault(folded(name), []).append(name)
        found = {
            what: tuple(
                name
                for key in dict.fromkeys(map(folded, names))
                for name in there.get(key, ())
            )
            for what, names in self._wanted().items()
        }
        lacking = [what for what, names in found.items() if not names]
        if "phone" in lacking or (strict and lacking):
            what = "phone" if "phone" in lacking else lacking[0]
            columns = sum(map(len, there.values()))
            # The header is not quoted: without one, its place is taken by
            # the first customer.
            raise ContactsError(
                f"None of the {columns} columns is the one for {what}. "
                f"Looked for: {_listed(self._wanted()[what])}. Name the "
                "right one: columns=Columns(phone=...); if the first line "
                "is a customer and no header, pass header=[...] as well."
            )
        return Columns(**found, language_tag=self.language_tag)

    def _wanted(self) -> dict[str, tuple[str, ...]]:
        """What has names, and which."""
        return {
            attribute.name: names
            for attribute in fields(Columns)
            if (names := getattr(self, attribute.name))
            and isinstance(names, tuple)
        }


SHOPIFY: Final = Columns(
    # `Phone` is the customer's own, in E.164; the address may have another,
    # as it was typed, or the export is older and has only one.
    phone=("Phone", "Default Address Phone"),
    country=("Default Address Country Code", "Country Code", "Country"),
    first_name="First Name",
    last_name="Last Name",
    city=("Default Address City", "City"),
    orders="Total Orders",
    spent="Total Spent",
    tags="Tags",
    consent="Accepts SMS Marketing",
    language_tag="lang:",
)
"""The customer exports of Shopify, the current and the older one."""

_SHOPIFY_ALONE = frozenset(
    (
        "default address phone",
        "accepts email marketing",
        "accepts sms marketing",
    )
)
"""Names of columns that only a Shopify export has."""


def columns_of(header: Iterable[str], asked: Columns | None) -> Columns:
    """
    Find the columns of a source.

    Args:
        header: Names of the columns there are.
        asked: What the caller says; ``None`` to look at the names.

    Raises:
        ContactsError: There is no column for the number, or one that the
            caller named is missing.
    """
    names = tuple(header)
    keys = set(map(folded, names))
    if asked == SHOPIFY or (asked is None and keys & _SHOPIFY_ALONE):
        # Apps add columns of their own, and a no in one of them is a no.
        apps = vocabulary()["columns"]["consent"]
        return evolve(SHOPIFY, consent=(*SHOPIFY.consent, *apps)).found_in(
            names, strict=asked is not None
        )
    if asked is not None:
        return asked.found_in(names, strict=True)
    known = dict(vocabulary()["columns"])
    alone = known.pop("phone_if_alone")
    if keys.isdisjoint(known["phone"]):
        known["phone"] = [*known["phone"], *alone]
    usual = Columns(
        phone=known.pop("phone"),
        country=known.pop("country"),
        first_name=known.pop("first_name"),
        last_name=known.pop("last_name"),
        city=known.pop("city"),
        orders=known.pop("orders"),
        spent=known.pop("spent"),
        tags=known.pop("tags"),
        consent=known.pop("consent"),
        language=known.pop("language"),
        language_tag="lang:",
    )
    return usual.found_in(names, strict=False)


def folded(name: str) -> str:
    """
    A name as it is compared: no case, accents or punctuation.

    >>> folded(" N° de Tél. "), folded("phone_e164")
    ('n de tel', 'phone e164')
    """
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join(
        "".join(
            letter if letter.isalnum() else " "
            for letter in letters.replace("ł", "l")
            if not unicodedata.combining(letter)
        ).split()
    )


@functools.cache
def vocabulary() -> Mapping[str, Mapping[str, list[str]]]:
    """Names of columns and words in cells, from ``headers.toml``."""
    path = importlib.resources.files("anonsms.audience") / "headers.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _listed(names: tuple[str, ...]) -> str:
    most = 12
    if len(names) <= most:
        return ", ".join(names)
    short = sorted(names, key=len)[:most]
    return f"{', '.join(short)} and {len(names) - most} more"
