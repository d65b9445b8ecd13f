"""
How much fits into a part, derived from its 140 octets and its header.

A part carries 140 octets of user data (TS 23.040 §9.2.3.24). A header, if
there is one, takes its first octets: one for its length and then the
information elements. In GSM-7 the text begins at the next septet boundary
after the header; the bits between are fill bits.
"""

from __future__ import annotations

import enum
from codecs import utf_16_le_encode
from collections.abc import Callable

from attrs import field, frozen

from anonsms.errors import ConfigurationError
from anonsms.parts.alphabet import DEFAULT, Alphabet


OCTETS = 140
"""User data of one short message, in octets (TS 23.040 §9.2.3.16)."""
MOST_PARTS = 255
"""The header counts parts in one octet (TS 23.040 §9.2.3.24.1)."""

_LENGTH_OCTET = 1  # UDHL, which counts the octets after itself
_ELEMENT = 2  # the identifier and the length of an information element
_REFERENCE_OCTETS = {8: 1, 16: 2}
_TOTAL_AND_SEQUENCE = 2
_SHIFT_OCTETS = _ELEMENT + 1  # §9.2.3.24.15 and .16: one octet of data


class Encoding(enum.StrEnum):
    """How the text of a message is written on the air."""

    GSM7 = "GSM-7"
    """Seven bits a character, two septets for some (TS 23.038 §6.2.1)."""
    UCS2 = "UCS-2"
    """Sixteen bits a character, two units beyond U+FFFF (§6.2.3)."""


@frozen
class Layout:
    """
    What the parts of one message have in common.

    Attributes:
        encoding: How the text is written.
        alphabet: The tables in force; of no meaning in UCS-2.
        reference_bits: 8 or 16, the width of the concatenation reference.
        alone: Units of text in a message of one part.
        joined: Units of text in each part of a message of several.
        surplus: Counts the characters of two units in a text that is of this
            encoding and these tables.
    """

    encoding: Encoding
    alphabet: Alphabet = DEFAULT
    reference_bits: int = 8
    alone: int = field(init=False)
    joined: int = field(init=False)
    surplus: Callable[[str], int] = field(init=False, repr=False, eq=False)

    @alone.default
    def _alone(self) -> int:
        return self._capacity(self.header_octets(joined=False))

    @joined.default
    def _joined(self) -> int:
        return self._capacity(self.header_octets(joined=True))

    @surplus.default
    def _surplus(self) -> Callable[[str], int]:
        if self.encoding is Encoding.GSM7:
            return self.alphabet.surplus
        return _astral

    def header_octets(self, *, joined: bool) -> int:
        """
        Return the size of the header, its length octet included.

        Args:
            joined: Whether the message has several parts.
        """
        elements = self.alphabet.shifts * _SHIFT_OCTETS
        if joined:
            elements += (
                _ELEMENT
                + _REFERENCE_OCTETS[self.reference_bits]
                + _TOTAL_AND_SEQUENCE
            )
        return elements and elements + _LENGTH_OCTET

    def _capacity(self, header: int) -> int:
        free = OCTETS - header
        # Fill bits are less than a septet, so whole septets remain.
        return free * 8 // 7 if self.encoding is Encoding.GSM7 else free // 2

    def least(self, units: int) -> int:
        """Return the parts for units that may be cut anywhere."""
        return 1 if units <= self.alone else -(-units // self.joined)


def _astral(text: str) -> int:
    """Count the characters beyond U+FFFF, which take two units."""
    return len(utf_16_le_encode(text)[0]) // 2 - len(text)


def checked_bits(reference_bits: int) -> int:
    """
    Return the width of the reference, if there is such a one.

    Raises:
        ConfigurationError: It is neither 8 nor 16.
    """
    if reference_bits not in _REFERENCE_OCTETS:
        raise ConfigurationError(
            "A concatenation reference has 8 or 16 bits (TS 23.040 "
            "§9.2.3.24.1 and .8). Pass reference_bits=8 or 16."
        )
    return reference_bits
