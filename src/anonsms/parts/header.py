"""The user data header: which part this is, and which tables it needs."""

from __future__ import annotations

from attrs import frozen

from anonsms.errors import InvalidTextError
from anonsms.parts.sizes import Layout


_CONCAT_8, _CONCAT_16 = 0x00, 0x08  # TS 23.040 §9.2.3.24.1 and .8
_SINGLE, _LOCKING = 0x24, 0x25  # §9.2.3.24.15 and .16
_LENGTHS = {_CONCAT_8: 3, _CONCAT_16: 4, _SINGLE: 1, _LOCKING: 1}


@frozen
class Header:
    """
    What a header says, as far as it is about the text.

    Attributes:
        octets: Its size, the length octet included; 0 for no header.
        reference: Number of the concatenated message, with its width in
            bits, or None.
        total: Number of parts.
        sequence: Place of this part, from 1.
        single: Identifier of the single shift table, or None.
        locking: Identifier of the locking shift table, or None.
    """

    octets: int = 0
    reference: tuple[int, int] | None = None
    total: int = 1
    sequence: int = 1
    single: int | None = None
    locking: int | None = None


def write(layout: Layout, reference: int, total: int, sequence: int) -> bytes:
    """
    Write the header of one part; empty if it needs none.

    Args:
        layout: The layout of the message.
        reference: Number of the concatenated message.
        total: Number of parts.
        sequence: Place of this part, from 1.
    """
    elements = b""
    if total > 1:
        wide = layout.reference_bits > 8  # noqa: PLR2004
        identifier = _CONCAT_16 if wide else _CONCAT_8
        value = reference.to_bytes(layout.reference_bits // 8, "big")
        elements += _element(identifier, value + bytes((total, sequence)))
    if layout.alphabet.single:
        identifier = layout.alphabet.single.identifier
        elements += _element(_SINGLE, bytes((identifier,)))
    if layout.alphabet.locking:
        identifier = layout.alphabet.locking.identifier
        elements += _element(_LOCKING, bytes((identifier,)))
    return bytes((len(elements),)) + elements if elements else b""


def _element(identifier: int, value: bytes) -> bytes:
    return bytes((identifier, len(value))) + value


def read(octets: bytes) -> Header:
    """
    Read the header at the front of a part's octets.

    Elements of other kinds are skipped, as the standard asks
    (TS 23.040 §9.2.3.24).

    Raises:
        InvalidTextError: The header does not fit into the octets, or one
            of its elements not into the header.
    """
    end = 1 + octets[0] if octets else 1
    if end > len(octets):
        raise InvalidTextError(
            "The part is shorter than its header says (TS 23.040 "
            "§9.2.3.24). Pass whole parts, or has_header=False."
        )
    reference, total, sequence = None, 1, 1
    shifts: dict[int, int] = {}
    place = 1
    while place < end:
        identifier, length = octets[place], octets[place + 1 : place + 2]
        value = octets[place + 2 : place + 2 + length[0]] if length else b""
        place += 2 + len(value)
        if not length or place > end or len(value) != length[0]:
            raise InvalidTextError(
                "An element of the header is cut off (TS 23.040 "
                "§9.2.3.24). Pass whole parts, or has_header=False."
            )
        if _LENGTHS.get(identifier) != len(value):
            continue
        if identifier in (_SINGLE, _LOCKING):
            shifts[identifier] = value[0]
        elif 1 <= value[-1] <= value[-2]:  # others are to be ignored
            number = int.from_bytes(value[:-2], "big")
            reference = (number, 8 * len(value[:-2]))
            total, sequence = value[-2], value[-1]
    return Header(
        octets=end,
        reference=reference,
        total=total,
        sequence=sequence,
        single=shifts.get(_SINGLE),
        locking=shifts.get(_LOCKING),
    )
