"""
Encoding, units and number of parts of a text: the quick path.

The trick: Latin-1 holds the whole default alphabet but ten Greek capitals
and the euro sign. Encoding to Latin-1 and deleting the alphabet are loops
in C, and what they leave over tells the encoding. Escape and surrogate
pairs at borders matter only where the last part has little room left.
"""

from __future__ import annotations

from codecs import utf_16_le_encode
from collections.abc import Iterable

from anonsms.errors import ConfigurationError, InvalidTextError
from anonsms.parts import borders
from anonsms.parts.alphabet import DEFAULT, variants
from anonsms.parts.sizes import Encoding, Layout, checked_bits


GSM7 = Layout(Encoding.GSM7)
UCS2 = Layout(Encoding.UCS2)

_GSM7, _UCS2 = Encoding.GSM7, Encoding.UCS2
_GSM7_ALONE, _UCS2_ALONE = GSM7.alone, UCS2.alone

_BASIC = "".join(DEFAULT.basic.values()).encode("latin-1", "ignore")
_DOUBLED = DEFAULT.doubled.encode("latin-1", "ignore")
_encode = str.encode  # of the class, so that nothing but text passes
_foreign = DEFAULT.foreign.search
_EURO = "€"  # the only character of two septets outside Latin-1


class TextTypeError(InvalidTextError, TypeError):
    """What was to be put on the air is not a ``str``."""


def tally(  # noqa: C901 - a call more would cost a tenth of it
    text: str, languages: Iterable[str] = (), *, reference_bits: int = 8
) -> tuple[Encoding, int, int]:
    """
    Count a text, for those who count millions.

    The same answer as :func:`anonsms.measure`, without the object around.

    Args:
        text: The body of a message.
        languages: Languages whose national tables may be used.
        reference_bits: 8 or 16, the width of the concatenation reference.

    Returns:
        The encoding; the units of the text without headers (septets in
        GSM-7, 16-bit units in UCS-2); the number of parts.

    Raises:
        InvalidTextError: The text has a lone surrogate or is no ``str``.
        ConfigurationError: A language without national table, or a
            reference of another width.

    >>> tally("Soldes : -20 % ce week-end")
    (<Encoding.GSM7: 'GSM-7'>, 26, 1)
    """
    if languages or reference_bits != 8:  # noqa: PLR2004
        try:
            layout, units, parts = lay_out(text, languages, reference_bits)
        except (ConfigurationError, TypeError, ValueError) as error:
            fault = error.with_traceback(None)
        else:
            return layout.encoding, units, parts
        # Outside, so that no frame of those below is in the traceback.
        del text
        raise fault
    try:
        latin = _encode(text, "latin-1", "ignore")
    except TypeError:
        # Tracebacks with locals would show it.
        kind = type(text)
        del text
        raise wrong_type(kind) from None
    units = len(text)
    others = units - len(latin)
    if not others or text.count(_EURO) == others:
        rest = latin.translate(None, _BASIC)
        gsm7 = not rest or not rest.translate(None, _DOUBLED)
        units += len(rest) + others
    elif _foreign(text) is None:
        gsm7 = True
        units += len(latin.translate(None, _BASIC)) + text.count(_EURO)
    else:
        gsm7 = False

    if gsm7:
        if units <= _GSM7_ALONE:
            return _GSM7, units, 1
        return _GSM7, units, _parts(text, GSM7, units)

    try:
        units = len(utf_16_le_encode(text)[0]) // 2
    except UnicodeEncodeError as error:
        place = error.start
        del text, latin
    else:
        if units <= _UCS2_ALONE:
            return _UCS2, units, 1
        return _UCS2, units, _parts(text, UCS2, units)
    raise InvalidTextError(
        f"The text has a lone surrogate at position {place}, which is half "
        "a character and cannot be sent. Mend the decoding of its source."
    )


def lay_out(
    text: str, languages: Iterable[str], reference_bits: int
) -> tuple[Layout, int, int]:
    """
    Choose the layout that takes the fewest parts.

    Where several take as few: the fewest national tables, then the fewest
    septets, then a single shift, then the language named first. UCS-2 comes
    last.

    Args:
        text: The body of a message.
        languages: Languages whose national tables may be used.
        reference_bits: 8 or 16.

    Returns:
        The layout, the units of the text, the number of parts.

    Raises:
        InvalidTextError: As :func:`tally`.
        ConfigurationError: As :func:`tally`.
    """
    encoding, units, parts = tally(text)
    bits = checked_bits(reference_bits)
    names = (languages,) if isinstance(languages, str) else tuple(languages)
    layout = GSM7 if encoding is _GSM7 else UCS2
    if bits != layout.reference_bits:
        layout = Layout(encoding, reference_bits=bits)
        parts = _parts(text, layout, units)
    best = (layout, units, parts)
    national = encoding is _GSM7  # UCS-2 gives way even at the same cost
    for group in variants(names) if names else ():
        if best[2] == 1 and national:
            break
        found = []
        for alphabet in group:
            septets = alphabet.septets(text)
            if septets is not None:
                layout = Layout(_GSM7, alphabet, bits)
                found.append((layout, septets, _parts(text, layout, septets)))
        if found:
            cheapest = min(found, key=lambda one: (one[2], one[1]))
            if cheapest[2] < best[2] + (not national):
                best = cheapest
                national = True
    return best


def _parts(text: str, layout: Layout, units: int) -> int:
    parts = layout.least(units)
    # Each border may waste one unit on a pair that must not be cut; only if
    # the last part has less room than that does the text have to be cut.
    if (
        parts == 1
        or units == len(text)
        or parts * layout.joined - units >= parts - 1
    ):
        return parts
    return borders.count(text, units, layout)


def wrong_type(kind: type) -> TextTypeError:
    """Return the error for what is no text, by its type alone."""
    return TextTypeError(
        f"A text is a str, not {kind.__name__}. Decode bytes first; call "
        ".reveal() on a MessageText."
    )
