"""
:class:`PhoneNumber`, the one type for a person's number.

The rest of the room, and ``phonenumbers`` with it, is imported at the first
number that is read: importing this file costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self

from anonsms.errors import InvalidNumberError
from anonsms.masking import BULLET, Masked
from anonsms.phone import fiction
from anonsms.phone.kind import TEXTABLE, Line, NumberKind
from anonsms.phone.refusal import refusal, type_refusal


if TYPE_CHECKING:
    from anonsms.phone.plan import Home, Homes


# The shortest international numbers have six digits, the longest that
# phonenumbers lets pass have three and seventeen.
_E164 = re.compile(r"\+[1-9][0-9]{5,19}")


class _Read(Protocol):
    """:func:`anonsms.phone.reading.read`, seen from here."""

    def __call__(
        self, text: str, home: Home, *, allow_fictional: bool
    ) -> tuple[str, Line] | str: ...


class _Room(NamedTuple):
    """What the rest of the room is needed for."""

    read: _Read
    homes: Homes
    line_of: Callable[[str], Line]
    zones: Callable[[str, Line], tuple[str, ...]]


@cache
def _room() -> _Room:
    # phonenumbers takes longer to import than all the rest of the room.
    from anonsms.phone.plan import HOMES  # noqa: PLC0415
    from anonsms.phone.reading import line_of, read  # noqa: PLC0415
    from anonsms.phone.zones import zones  # noqa: PLC0415

    return _Room(read, HOMES, line_of, zones)


class PhoneNumber(Masked):
    """
    A person's phone number: valid, in one form, and hidden.

    Made by :meth:`parse`, :meth:`parse_many` or :meth:`from_e164`. Equal
    numbers are equal however they were written, and have one hash. They are
    not ordered, for an order tells digits. What shows is the mask:

    >>> zoe = PhoneNumber.parse("06 39 98 12 34", region="FR")
    >>> zoe
    <PhoneNumber +33 •••••••34>
    >>> zoe == PhoneNumber.parse("+33 (0)6-39-98-12-34")
    True
    """

    __slots__ = ("_line",)

    _line: Line | None

    def __new__(cls, *_: object) -> Self:
        """Refuse: an unread text must not pass for a number."""
        del _
        raise TypeError(
            "A PhoneNumber is not made by calling the class. Use "
            "PhoneNumber.parse(text, region=...), or PhoneNumber.from_e164 "
            "for what .reveal() gave."
        )

    @classmethod
    def parse(
        cls,
        text: str,
        region: str | None = None,
        *,
        allow_fictional: bool = False,
    ) -> Self:
        """
        Read a number as people write it.

        The answer is the one of ``phonenumbers``: a number is taken when
        ``phonenumbers.parse`` succeeds and ``is_valid_number`` is true. The
        one exception is France's 06 39 98 xx xx, kept for fiction, which is
        taken although the package knows no such range. An extension
        ("ext. 5") is read and dropped, for a text goes to a number and not
        to an extension.

        Args:
            text: Digits in any usual dress: spaces, dots, dashes, brackets,
                ``+`` or a prefix for calls abroad, ``tel:`` addresses
                (RFC 3966), digits of other scripts.
            region: The country whose habits apply where the text has no
                calling code, in two capital letters (ISO 3166-1), e.g.
                ``"FR"``.
            allow_fictional: Also take numbers that the numbering plan calls
                not valid, when a regulator keeps them for drama, such as
                Britain's 07700 900xxx. For tests, demos and staging.

        Raises:
            InvalidNumberError: It is no number; ``.reason`` says in one
                word why, the message what to do. Neither shows the text.
        """
        kind: type = type(text)
        found: tuple[str, Line] | str | None = None
        if issubclass(kind, str):
            read, homes, _, _ = _room()
            found = read(
                # Without what a subclass may have changed.
                text if kind is str else str.__str__(text),
                homes[region] if type(region) is str else homes.find(region),
                allow_fictional=allow_fictional,
            )
        # A traceback that prints variables must not find the number here.
        # Where columns were swapped, it is in region.
        del text, region
        if found is None:
            raise type_refusal(kind)
        if isinstance(found, str):
            raise refusal(found)
        return cls._made(*found)

    @classmethod
    def parse_many(
        cls,
        texts: Iterable[str],
        region: str | Iterable[str | None] | None = None,
        *,
        allow_fictional: bool = False,
    ) -> list[Self | InvalidNumberError]:
        """
        Read many numbers; a bad one stops nothing.

        Args:
            texts: As for :meth:`parse`, one each.
            region: One region for all texts, or one for each of them.
            allow_fictional: As for :meth:`parse`.

        Returns:
            For each text, in order, its number or the error that
            :meth:`parse` would have raised, with no traceback.

        Raises:
            TypeError: ``texts`` is a single text, or ``region`` is neither
                text nor many of them.
            ValueError: There are more texts than regions, or fewer.

        >>> [zoe, error] = PhoneNumber.parse_many(
        ...     ["06 39 98 12 34", "06 39 98"], region="FR"
        ... )
        >>> zoe.masked, error.reason
        ('+33 •••••••34', 'too-short')
        """
        if isinstance(texts, str | bytes):
            del texts
            raise TypeError(
                "parse_many takes many texts, such as a list or a column. "
                "For a single one use PhoneNumber.parse."
            )
        read, homes, _, _ = _room()
        home: Iterable[Home]
        if region is None or isinstance(region, str):
            home = repeat(homes.find(region))
        else:
            kind: type = type(region)
            if not isinstance(region, Iterable):
                del texts, region
                raise TypeError(
                    "A region is a str such as 'FR', None, or many of them; "
                    f"this is of type {kind.__name__}."
                )
            texts, regions = list(texts), list(region)
            counts = len(texts), len(regions)
            if counts[0] != counts[1]:
                del texts, region, regions
                raise ValueError(
                    f"There are {counts[0]} texts and {counts[1]} regions. "
                    "Pass one region for all texts, or one for each."
                )
            # What is no text cannot be looked up as it is.
            plain = {str, type(None)}.issuperset(map(type, regions))
            home = map(homes.__getitem__ if plain else homes.find, regions)
        numbers: list[Self | InvalidNumberError] = []
        add, new = numbers.append, object.__new__
        for text, at in zip(texts, home, strict=False):
            if type(text) is not str:
                if not issubclass(type(text), str):
                    add(type_refusal(type(text)))
                    continue
                text = str.__str__(text)  # noqa: PLW2901
            found = read(text, at, allow_fictional=allow_fictional)
            if isinstance(found, str):
                add(refusal(found))
            else:
                number = new(cls)
                # As _made does; a call would cost a tenth of all the work.
                number._hidden, number._line = found  # noqa: SLF001
                add(number)
        return numbers

    @classmethod
    def from_e164(cls, text: str) -> Self:
        """
        Take back a number that was valid when it was stored.

        Only the form is checked. Numbering plans change, and a number that
        somebody consented for must stay readable when its range is gone;
        its kind may then be ``unknown``.

        Args:
            text: What :meth:`reveal` gave: ``+`` and 6 to 20 digits.

        Raises:
            InvalidNumberError: It is not in E.164 form; the reason is
                ``"not-a-number"``, or ``"type"`` when it is no text.
        """
        kind: type = type(text)
        if not issubclass(kind, str):
            del text
            raise type_refusal(kind)
        if not _E164.fullmatch(text):
            del text
            raise InvalidNumberError(
                "The text is not in E.164 form: + and the digits with their "
                "calling code, nothing else. Use PhoneNumber.parse for what "
                "people type.",
                reason="not-a-number",
            )
        return cls._made(str.__str__(text), None)

    @classmethod
    def _made(cls, e164: str, line: Line | None) -> Self:
        self = object.__new__(cls)
        self._hidden, self._line = e164, line
        return self

    @property
    def masked(self) -> str:
        """The calling code and the last two digits."""
        code = self.country_code
        e164 = self._hidden
        start = f"+{code} " if code else "+"
        hidden = len(e164) - len(start.rstrip()) - 2
        return f"{start}{BULLET * hidden}{e164[-2:]}"

    @property
    def region(self) -> str | None:
        """
        Where it belongs, in ISO 3166-1 letters, e.g. ``"FR"``.

        ``None`` for calling codes of no country, such as +800, and for
        stored numbers that no plan knows any more.
        """
        return self._told().region

    @property
    def country_code(self) -> int:
        """The calling code, e.g. 33; 0 for one that nobody has any more."""
        return self._told().country_code

    @property
    def kind(self) -> NumberKind:
        """What sort of line it is, as far as the numbering plan tells."""
        return self._told().kind

    @property
    def can_receive_texts(self) -> bool:
        """
        Whether a handset may be behind it, by its kind.

        True for mobiles, and where the plan does not tell mobiles from
        fixed lines. Internet, personal and pager numbers count as no: some
        take texts, but none is sure to, and each attempt is paid for.
        """
        return self._told().kind in TEXTABLE

    @property
    def timezones(self) -> tuple[str, ...]:
        """
        The IANA time zones that its holder may live in.

        All zones of the country, where the digits do not tell the place;
        ``("Etc/Unknown",)``, which names no zone, where nothing is known.
        """
        return _room().zones(self._hidden, self._told())

    @property
    def fictional(self) -> bool:
        """Whether a regulator keeps it for drama; see ``fiction.toml``."""
        return fiction.line(self._hidden) is not None

    def _told(self) -> Line:
        """What the plan tells; looked up late for stored numbers."""
        if self._line is None:
            self._line = _room().line_of(self._hidden)
        return self._line
