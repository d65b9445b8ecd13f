"""Packing of septets into octets (TS 23.038 §6.1.2.1.1)."""

from __future__ import annotations


_BITS = 7
_MASK = 0x7F


def pack(septets: bytes, fill: int = 0) -> bytes:
    """
    Pack septets, the first into the lowest bits of the first octet.

    Args:
        septets: Values 0 to 127, one in each byte.
        fill: Zero bits before the first septet, 0 to 6.

    Returns:
        The octets; spare bits of the last are zero.

    >>> pack(b"hellohello").hex()
    'e8329bfd4697d9ec37'
    """
    octets = bytearray()
    waiting, bits = 0, fill
    for septet in septets:
        waiting |= septet << bits
        bits += _BITS
        if bits >= 8:  # noqa: PLR2004
            octets.append(waiting & 0xFF)
            waiting >>= 8
            bits -= 8
    if bits and septets:
        octets.append(waiting)
    return bytes(octets)


def unpack(octets: bytes, count: int, fill: int = 0) -> bytes:
    """
    Take septets out of octets; the inverse of :func:`pack`.

    Args:
        octets: Packed septets.
        count: How many septets to take.
        fill: Bits to leave out before the first, 0 to 6.

    Returns:
        The septets, one in each byte.

    >>> unpack(bytes.fromhex("e8329bfd4697d9ec37"), 10)
    b'hellohello'
    """
    number = int.from_bytes(octets, "little") >> fill
    return bytes(number >> _BITS * place & _MASK for place in range(count))
