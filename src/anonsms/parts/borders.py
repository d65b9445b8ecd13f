"""
Where the parts of a text end.

A character costs one unit or two, and two units of one character are never
cut. In UCS-2 a look at one octet tells whether a border is between two. In
GSM-7 a part is first taken as if each character cost one, and then gives
back what is over.
"""

from __future__ import annotations

# The names spare a look-up of the codec, which costs more than its work.
from codecs import utf_16_le_decode, utf_16_le_encode

from anonsms.parts import clusters
from anonsms.parts.sizes import Encoding, Layout


_UCS2 = Encoding.UCS2
_HIGH = range(0xD8, 0xDC)  # upper octets of the first of two surrogates
_MANY = 12  # more than so many are worth a guess, and a count in C


def count(text: str, units: int, layout: Layout, start: int = 0) -> int:
    """
    Count the parts of a text from an index on, as few as can be.

    Args:
        text: The text.
        units: Units of the text from ``start`` on.
        layout: Its layout.
        start: Index of the first character to count.
    """
    parts = 1
    size = layout.joined
    if layout.encoding is _UCS2:
        octets = utf_16_le_encode(text[start:])[0]
        end = 0
        while units - end > size:
            end += size - (octets[2 * (end + size) - 1] in _HIGH)
            parts += 1
        return parts
    while units > size:
        start, used = _filled(text, start, layout)
        units -= used
        parts += 1
    return parts


def ends(
    text: str, units: int, layout: Layout, parts: int
) -> tuple[list[int], list[int]]:
    """
    Cut a text, and spare clusters where that is free.

    From the front on, each part is filled. If its end would part a cluster,
    it moves before the cluster, provided that the rest still fits into the
    parts that are left.

    Args:
        text: The text.
        units: Its units.
        layout: Its layout.
        parts: The number of parts, from :func:`count`; 2 or more.

    Returns:
        For each part, the index at which it ends and its units.
    """
    places, counts = [], []
    size = layout.joined
    one_each = units == len(text)
    octets = b""
    if not one_each and layout.encoding is _UCS2:
        octets = utf_16_le_encode(text)[0]
    start = done = 0
    for left in range(parts - 1, 0, -1):
        if one_each:
            end, used = start + size, size
        elif octets:
            used = size - (octets[2 * (done + size) - 1] in _HIGH)
            part = octets[2 * done : 2 * (done + used)]
            end = start + len(utf_16_le_decode(part)[0])
        else:
            end, used = _filled(text, start, layout)
        following = text[end]
        # Most characters never continue a cluster: Latin, Greek, Cyrillic.
        if following == "\n" or (
            following >= clusters.FIRST_MARK
            and not "\u0370" <= following < "\u0483"
            and clusters.joined(text, end, start)
        ):
            early = clusters.start_of(text, end, start)
            moved = end - early + layout.surplus(text[early:end])
            rest = units - done - used + moved
            if start < early and count(text, rest, layout, early) <= left:
                end, used = early, used - moved
        places.append(end)
        counts.append(used)
        done += used
        start = end
    places.append(len(text))
    counts.append(units - done)
    return places, counts


def _filled(text: str, start: int, layout: Layout) -> tuple[int, int]:
    """Fill a part; return its end and its units: all, or all but one."""
    size, surplus = layout.joined, layout.surplus
    piece = text[start : start + size]
    end = start + len(piece)
    over = len(piece) + surplus(piece) - size
    while over > _MANY:
        # At most two units a character, so this many have to go at least.
        least = (over + 1) // 2
        over -= least + surplus(text[end - least : end])
        end -= least
    doubled = layout.alphabet.doubled
    while over > 0:
        end -= 1
        over -= 2 if text[end] in doubled else 1
    return end, size + over
