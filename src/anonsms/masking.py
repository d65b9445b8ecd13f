"""
Values that hide themselves: the one door out is ``.reveal()``.

A masked value prints as its mask in ``repr``, ``str``, f-strings, ``%``
formatting, ``format`` and ``json.dumps(..., default=str)``; it refuses to be
pickled. Two masked values are equal when what they hide is equal, so they
work in sets and as dictionary keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NoReturn, Self, SupportsIndex, TypeVar

from anonsms.errors import refuse_pickle


BULLET = "•"

_Value_co = TypeVar("_Value_co", covariant=True)

# Bounded and without nested repetition: linear in the length of the text.
# What is scrubbed may be too much; what is refused should not be.
_NUMBER = re.compile(r"\+?\d(?:[ ().\-/]?\d){5,14}")

# Seven digits can be dialled within a town; dates and years are let pass.
_DIALABLE = re.compile(r"\d(?:[\s().\-/]{0,3}\d){6}")
_YEAR = r"(?:19|20)\d\d"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_DATE = re.compile(
    rf"(?<!\d)(?:{_YEAR}([-./]){_MONTH}\1{_DAY}"
    rf"|{_DAY}([-./]){_MONTH}\2{_YEAR}|{_YEAR}[-/]{_YEAR})(?!\d)"
    r"(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:[+-]\d\d:\d\d)?)?"
)


def scrub(text: str) -> str:
    """
    Put bullets for what may be a number in a text that is not ours.

    >>> scrub("cannot reach +1 202-555-0123 (code 30003)")
    'cannot reach •••••••• (code 30003)'
    """
    return _NUMBER.sub(BULLET * 8, text)


def dialable(text: str) -> bool:
    """
    Whether a text that stays on record holds what may be somebody's number.

    Values that go into a text to somebody have a policy of their own, which
    is stricter: :mod:`anonsms.template.figures`.

    >>> dialable("export of 2026-02-28"), dialable("asked 202-555-0123")
    (False, True)
    """
    return _DIALABLE.search(_DATE.sub("#", text)) is not None


def storable(text: object) -> bool:
    """Whether it is a text that UTF-8 can write: no lone surrogate."""
    if not isinstance(text, str):
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class Masked:
    """
    A text that shows itself only through :meth:`reveal`.

    Subclasses say in :attr:`masked` what may be seen of it.
    """

    __slots__ = ("_hidden",)

    _hidden: str

    def __init__(self, hidden: str) -> None:
        self._hidden = hidden

    @property
    def masked(self) -> str:
        """What people and logs may see."""
        return BULLET * 8

    def reveal(self) -> str:
        """The value itself. Call it where it is needed, nowhere else."""
        return self._hidden

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.masked}>"

    def __str__(self) -> str:
        return self.masked

    def __format__(self, spec: str) -> str:
        return format(self.masked, spec)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._hidden == other._hidden

    def __hash__(self) -> int:
        return hash(self._hidden)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        refuse_pickle(type(self).__name__)


class MessageText(Masked):
    """
    The body of one message, to or from a handset.

    >>> MessageText("Votre code : 4711")
    <MessageText 17 characters>
    """

    __slots__ = ()

    @property
    def masked(self) -> str:
        """The length, which is all a log needs to know."""
        return f"{len(self._hidden)} characters"

    def __len__(self) -> int:
        return len(self._hidden)


class Secret(Masked):
    """
    A credential, such as a provider's API key.

    >>> print(Secret("live-4711"))
    ••••••••
    """

    __slots__ = ()

    @classmethod
    def of(cls, value: str | Secret) -> Secret:
        """The value hidden, if it is not yet."""
        return value if isinstance(value, Secret) else cls(value)


class MaskedValues(Mapping[str, _Value_co]):
    """
    A person's values by name; prints the names alone.

    Held by frames that an error may pass through: tools that report errors
    like to show local variables.

    >>> MaskedValues({"prenom": "Zoé"})
    <MaskedValues prenom>
    """

    __slots__ = ("_hidden",)

    def __init__(self, values: Mapping[str, _Value_co] | None) -> None:
        self._hidden = values or {}

    def __getitem__(self, name: str) -> _Value_co:
        return self._hidden[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._hidden)

    def __len__(self) -> int:
        return len(self._hidden)

    def __repr__(self) -> str:
        names = ", ".join(map(str, self._hidden)) or "nothing"
        return f"<{type(self).__name__} {names}>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        refuse_pickle(type(self).__name__)
