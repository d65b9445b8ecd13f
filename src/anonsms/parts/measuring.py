"""What a text costs on the air: encoding, parts, and what makes it dear."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn, SupportsIndex

from anonsms.errors import ConfigurationError, refuse_pickle
from anonsms.parts import borders
from anonsms.parts.alphabet import Shift
from anonsms.parts.counting import GSM7, UCS2, lay_out, tally
from anonsms.parts.culprits import Culprit, culprits_of
from anonsms.parts.sizes import Encoding, Layout


_GSM7 = Encoding.GSM7
_SIZE = GSM7.joined


class Parts:
    """
    The parts that a text takes on the air.

    What is not asked for is not computed: counting is done, splitting and
    looking for culprits wait until ``texts``, ``unit_counts`` or
    ``culprits`` is read. The text does not show in ``repr``.
    """

    __slots__ = ("_culprits", "_how", "_split", "_tally", "_text")

    _culprits: tuple[Culprit, ...] | None
    _split: tuple[tuple[str, ...], list[int] | None] | None

    def __init__(
        self,
        text: str,
        tally: tuple[Encoding, int, int],
        how: tuple[Layout, tuple[str, ...]] | None = None,
    ) -> None:
        # Millions of these are made: keep it to a few assignments.
        self._text = text
        self._tally = tally
        self._how = how
        self._split = None
        self._culprits = None

    @property
    def encoding(self) -> Encoding:
        """How the text is written: GSM-7 or UCS-2."""
        return self._tally[0]

    @property
    def count(self) -> int:
        """How many parts the text takes; 1 for the empty text."""
        return self._tally[2]

    @property
    def units(self) -> int:
        """
        Units of the text, without headers.

        Septets in GSM-7, where some characters take two; 16-bit units in
        UCS-2, where those beyond U+FFFF take two.
        """
        return self._tally[1]

    @property
    def layout(self) -> Layout:
        """Encoding, tables and sizes that all parts share."""
        if self._how:
            return self._how[0]
        return GSM7 if self._tally[0] is _GSM7 else UCS2

    @property
    def language(self) -> Shift | None:
        """The national tables that the header names, or None."""
        return self.layout.alphabet.shift

    @property
    def unit_counts(self) -> tuple[int, ...]:
        """Units of the text in each part, in order."""
        if self._tally[2] == 1:
            return (self._tally[1],)
        texts = self.texts
        counts = self._split and self._split[1]
        return tuple(counts or map(len, texts))

    @property
    def remaining(self) -> int:
        """Units that the last part still has room for."""
        if self._tally[2] == 1:
            return self.layout.alone - self._tally[1]
        return self.layout.joined - self.unit_counts[-1]

    @property
    def texts(self) -> tuple[str, ...]:
        """
        The text of each part; joined they are the text again.

        No pair of units is ever cut. What a person sees as one character
        is not cut where that costs no further part.
        """
        tally = self._tally
        if tally[2] == 1:
            return (self._text,)
        split = self._split
        if split is None:
            layout = self._how and self._how[0]
            self._split = split = _split(self._text, tally, layout)
        return split[0]

    @property
    def culprits(self) -> tuple[Culprit, ...]:
        """The characters that make the text dearer, as they first occur."""
        if self._culprits is None:
            self._culprits = culprits_of(
                self._text,
                self.layout,
                self._tally[2],
                self._how[1] if self._how else (),
            )
        return self._culprits

    def __repr__(self) -> str:
        tables = f", {self.language}" if self.language else ""
        return (
            f"<Parts {self.count} × {self.encoding}{tables}, "
            f"{self.units} units, {self.remaining} left>"
        )

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        refuse_pickle("text")

    def __eq__(self, other: object) -> bool:
        if type(other) is not Parts:
            return NotImplemented
        return self._text == other._text and self.layout == other.layout

    def __hash__(self) -> int:
        return hash((self._text, self.layout))


def _split(
    text: str, tally: tuple[Encoding, int, int], layout: Layout | None
) -> tuple[tuple[str, ...], list[int] | None]:
    """Return the text of several parts, and units if not the same."""
    encoding, units, count = tally
    if layout is None:
        if encoding is not _GSM7:
            layout = UCS2
        elif units != len(text) or "\r" in text:
            layout = GSM7
        else:
            # One unit a character, no clusters: nothing to look out for.
            places = range(0, units, _SIZE)
            return tuple([text[i : i + _SIZE] for i in places]), None
    ends, counts = borders.ends(text, units, layout, count)
    start = 0
    texts = []
    for end in ends:
        texts.append(text[start:end])
        start = end
    return tuple(texts), counts


def measure(
    text: str, languages: Iterable[str] = (), *, reference_bits: int = 8
) -> Parts:
    """
    Tell how many parts a text takes, and why.

    A text of several parts carries a concatenation header in each
    (TS 23.040 §9.2.3.24.1), so 160 septets become 153 and 70 units of
    UCS-2 become 67. National tables cost header room too, in a single part
    as well; they are used only where they save parts, or UCS-2.

    Args:
        text: The body of a message. The empty text is one part of 0 units.
        languages: Languages whose national tables (TS 23.038 §6.2.1.2.4)
            may be used, as English names or ISO 639-1 codes. Ask for them
            only if your provider sends them.
        reference_bits: 8, or 16 if your provider numbers concatenated
            messages with 16 bits (152 septets, 66 units of UCS-2).

    Returns:
        What the text costs, and lazily its parts and culprits.

    Raises:
        InvalidTextError: The text has a lone surrogate (the error names
            the position) or is no ``str``.
        ConfigurationError: A language without national table, or a
            reference of another width.

    >>> measure("Soldes : -20 % ce week-end")
    <Parts 1 × GSM-7, 26 units, 134 left>
    >>> measure("Ça commence, garçon 😀").encoding
    <Encoding.UCS2: 'UCS-2'>
    """
    try:
        if languages or reference_bits != 8:  # noqa: PLR2004
            names = (
                (languages,)
                if isinstance(languages, str)
                else tuple(languages)
            )
            layout, units, count = lay_out(text, names, reference_bits)
            found = (layout.encoding, units, count)
            return Parts(text, found, (layout, names))
        return Parts(text, tally(text))
    except (ConfigurationError, TypeError, ValueError) as error:
        fault = error.with_traceback(None)
    # Tracebacks with locals would show the text.
    del text
    raise fault
