"""
One number, one contact: what happens when a number comes twice.

The first contact stays and keeps its place. If the later one is the same
person (no name of theirs contradicts), it fills what the first left blank.
If it is somebody else (two people on one number), nothing of theirs is
taken over, so that nobody is greeted with another person's data.

Whoever it is, a ``no`` to consent wins over a ``yes``, and so does a word
that is not understood: it may well be a no in other words. Tags are added
up: a mark such as "left" belongs to the number, on whichever row it is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from attrs import evolve

from anonsms.audience.contact import Contact


class Gathering:
    """
    Contacts in the order they come, merged by number.

    Attributes:
        contacts: Each number once.
        merged: Contacts that went into an earlier one.
    """

    __slots__ = ("_places", "_shared", "_unclear", "contacts", "merged")

    def __init__(self) -> None:
        self.contacts: list[Contact] = []
        self.merged = 0
        self._places: dict[str, int] = {}
        self._shared: set[int] = set()
        self._unclear: set[int] = set()

    @property
    def shared_numbers(self) -> int:
        """Contacts whose number somebody else has too."""
        return len(self._shared)

    def add(self, contact: Contact, *, unclear: bool = False) -> None:
        """
        Take a contact in, or merge it into the one with its number.

        Args:
            contact: Of one row.
            unclear: Whether its consent column says what nobody understands.
        """
        contacts = self.contacts
        new_place = len(contacts)
        place = self._places.setdefault(contact.number.reveal(), new_place)
        if unclear:
            self._unclear.add(place)
        if place == new_place:
            contacts.append(contact)
            return
        self.merged += 1
        first = contacts[place]
        if same_person(first.values, contact.values):
            contacts[place] = _filled(first, contact)
        else:
            self._shared.add(place)
            contacts[place] = _guarded(first, contact)
        if place in self._unclear and contacts[place].claims_consent:
            contacts[place] = evolve(contacts[place], claims_consent=None)


def same_person(
    first: Mapping[str, object], later: Mapping[str, object]
) -> bool:
    """
    Whether no name of the two contradicts.

    Case, accents and spaces do not matter, a missing name matches any.

    >>> same_person({"first_name": "Zoé"}, {"first_name": "ZOE"})
    True
    >>> same_person({"first_name": "Zoé"}, {"first_name": "Jan"})
    False
    """
    return all(
        not (one := _plain(first.get(name)))
        or not (other := _plain(later.get(name)))
        or one == other
        for name in ("first_name", "last_name")
    )


def _plain(name: object) -> str:
    """A name as it is compared: letters only, no marks, no case."""
    if name is None:
        return ""
    apart = unicodedata.normalize("NFKD", str(name)).casefold()
    return "".join(filter(str.isalnum, apart))


def _filled(first: Contact, later: Contact) -> Contact:
    """The first contact, its blanks filled by the later one."""
    claims = {first.claims_consent, later.claims_consent}
    return evolve(
        first,
        values=_with_tags({**later.values, **first.values}, first, later),
        country=first.country or later.country,
        language=first.language or later.language,
        claims_consent=False if False in claims else (True in claims or None),
    )


def _guarded(first: Contact, other: Contact) -> Contact:
    """The first contact, with the refusals of another person on it."""
    return evolve(
        first,
        values=_with_tags(dict(first.values), first, other),
        claims_consent=(
            False if other.claims_consent is False else first.claims_consent
        ),
    )


def _with_tags(
    values: dict[str, object], first: Contact, later: Contact
) -> dict[str, object]:
    tags = [
        tag
        for contact in (first, later)
        if isinstance(given := contact.values.get("tags"), tuple)
        for tag in given
    ]
    if tags:
        values["tags"] = tuple(dict.fromkeys(tags))
    return values
