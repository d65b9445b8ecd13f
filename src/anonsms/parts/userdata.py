"""The octets of each part, and the text that octets carry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from anonsms.errors import ConfigurationError, InvalidTextError
from anonsms.parts import header
from anonsms.parts.alphabet import DEFAULT, ESCAPE, Language, national
from anonsms.parts.header import Header
from anonsms.parts.measuring import measure
from anonsms.parts.septets import pack, unpack
from anonsms.parts.sizes import MOST_PARTS, Encoding


class UserData(bytes):
    """
    The user data of one part: header, if any, and text.

    Plain ``bytes`` to whoever sends them, and what travels beside them on
    the air. They hold the text, so ``repr`` and ``str`` show only sizes.

    Attributes:
        encoding: How the text is written; the provider's data coding.
        has_header: Whether the octets begin with a header; the bit that
            the standard calls TP-UDHI (TS 23.040 §9.2.3.23).
        length: What the standard calls TP-UDL (§9.2.3.16): septets with
            those of the header in GSM-7, octets in UCS-2. Without it a
            final ``@`` and seven spare bits look the same.
    """

    encoding: Encoding
    has_header: bool
    length: int

    def __new__(
        cls,
        octets: bytes,
        encoding: Encoding,
        length: int,
        *,
        has_header: bool,
    ) -> Self:
        """Add to octets what travels beside them."""
        data = super().__new__(cls, octets)
        data.encoding = encoding
        data.length = length
        data.has_header = has_header
        return data

    def __repr__(self) -> str:
        beside = " with header" if self.has_header else ""
        return f"<UserData {self.encoding}, {len(self)} octets{beside}>"

    def __str__(self) -> str:
        return repr(self)


def encode_parts(
    text: str,
    languages: Iterable[str] = (),
    reference: int = 0,
    reference_bits: int = 8,
) -> list[bytes]:
    """
    Write each part of a text as the octets that go on the air.

    Args:
        text: The body of a message.
        languages: As for :func:`anonsms.measure`.
        reference: Number of this message among those to the same handset,
            below ``2 ** reference_bits``. Count on from message to message.
        reference_bits: 8 or 16.

    Returns:
        One :class:`UserData` for each part: a header if there are several
        parts or national tables, then packed septets behind fill bits, or
        UTF-16 in big-endian order. At most 140 octets.

    Raises:
        InvalidTextError: The text has a lone surrogate, is no ``str``, or
            takes more than 255 parts.
        ConfigurationError: The reference does not fit into its bits, or as
            :func:`anonsms.measure`.

    >>> [part.hex() for part in encode_parts("hellohello")]
    ['e8329bfd4697d9ec37']
    """
    try:
        return _encoded(text, languages, reference, reference_bits)
    except (ConfigurationError, TypeError, ValueError) as error:
        fault = error.with_traceback(None)
    # Tracebacks with locals would show the text.
    del text
    raise fault


def _encoded(
    text: str, languages: Iterable[str], reference: int, reference_bits: int
) -> list[bytes]:
    parts = measure(text, languages, reference_bits=reference_bits)
    if not 0 <= reference < 1 << reference_bits:
        raise ConfigurationError(
            f"A reference of {reference_bits} bits is 0 to "
            f"{(1 << reference_bits) - 1}. Count modulo that plus one."
        )
    total = parts.count
    if total > MOST_PARTS:
        raise InvalidTextError(
            f"The text takes {total} parts; a message has {MOST_PARTS} at "
            "most (TS 23.040 §9.2.3.24.1). Shorten it."
        )
    layout = parts.layout
    encoded: list[bytes] = []
    for sequence, part in enumerate(parts.texts, 1):
        front = header.write(layout, reference, total, sequence)
        if layout.encoding is Encoding.GSM7:
            septets = part.translate(layout.alphabet.codes).encode("latin-1")
            fill = _fill(len(front))
            octets = front + pack(septets, fill)
            length = (8 * len(front) + fill) // 7 + len(septets)
        else:
            octets = front + part.encode("utf-16-be")
            length = len(octets)
        encoded.append(
            UserData(octets, layout.encoding, length, has_header=bool(front))
        )
    return encoded


def decode_parts(
    parts: Iterable[bytes],
    encoding: Encoding | None = None,
    *,
    has_header: bool | None = None,
    lengths: Iterable[int] | None = None,
) -> str:
    """
    Read the text that parts carry; the inverse of :func:`encode_parts`.

    The parts may come in any order. What :func:`encode_parts` returned
    knows all that is needed. Octets from elsewhere need what travelled
    beside them.

    Args:
        parts: User data of each part of one message.
        encoding: How the text is written, for plain octets.
        has_header: Whether plain octets begin with a header; by default
            those of several parts do and those of one part do not.
        lengths: TP-UDL of each part, for plain octets in GSM-7. Without
            it, seven zero bits at the end of a part that would make a
            final ``@`` are read as spare (TS 23.038 §6.1.2.1.1).

    Returns:
        The text.

    Raises:
        InvalidTextError: A part is missing, twice there, of another
            message, cut off, or names tables that do not exist; or the
            octets are not UTF-16.
        ConfigurationError: Plain octets without ``encoding``, or not as
            many lengths as parts.

    >>> decode_parts(encode_parts("Prix : 5 € [TTC]"))
    'Prix : 5 € [TTC]'
    >>> decode_parts([bytes.fromhex("e8329bfd4697d9ec37")], Encoding.GSM7)
    'hellohello'
    """
    try:
        return _decoded(parts, encoding, has_header, lengths)
    except (ConfigurationError, TypeError, ValueError) as error:
        fault = error.with_traceback(None)
    # Tracebacks with locals would show the octets.
    del parts
    raise fault


def _decoded(
    parts: Iterable[bytes],
    encoding: Encoding | None,
    has_header: bool | None,  # noqa: FBT001
    lengths: Iterable[int] | None,
) -> str:
    octets = list(parts)
    known = None if lengths is None else list(lengths)
    if known is not None and len(known) != len(octets):
        raise ConfigurationError(
            "There must be one length for each part. Pass TP-UDL of each, "
            "or no lengths at all."
        )
    if has_header is None:
        has_header = len(octets) > 1
    placed: dict[int, UserData] = {}
    headers: dict[int, Header] = {}
    for index, part in enumerate(octets):
        length = known[index] if known else None
        data = _completed(part, encoding, length, has_header=has_header)
        front = header.read(data) if data.has_header else Header()
        if front.sequence in placed:
            raise InvalidTextError(
                "Two parts claim the same place. Pass each part of one "
                "message once, with its concatenation header."
            )
        placed[front.sequence] = data
        headers[front.sequence] = front
    _check_complete(headers)
    order = sorted(placed)
    encodings = {data.encoding for data in placed.values()}
    if encodings == {Encoding.GSM7}:
        return "".join(_read_gsm7(placed[i], headers[i]) for i in order)
    if encodings == {Encoding.UCS2}:
        return _read_utf16([placed[i][headers[i].octets :] for i in order])
    raise InvalidTextError(
        "The parts are written in different encodings, so they are not of "
        "one message. Group parts by sender and reference."
    )


def _completed(
    part: bytes,
    encoding: Encoding | None,
    length: int | None,
    *,
    has_header: bool,
) -> UserData:
    """Put beside the octets of a part what is known of them."""
    if isinstance(part, UserData):
        return part
    if encoding is None:
        raise ConfigurationError(
            "Plain octets do not tell how they are written. Pass the "
            "encoding, from the data coding that came with them."
        )
    if length is None:
        length = len(part)
        if encoding is Encoding.GSM7:
            length = length * 8 // 7
            # A septet in the last seven bits is either a character or
            # spare bits; zeros are spare far more often than "@".
            if part and length * 7 == len(part) * 8 and not part[-1] >> 1:
                length -= 1
    return UserData(part, encoding, length, has_header=has_header)


def _check_complete(headers: dict[int, Header]) -> None:
    totals = {(one.reference, one.total) for one in headers.values()}
    if not headers or len(totals) > 1:
        raise InvalidTextError(
            "These are not the parts of one message: there is none, or "
            "their headers differ. Group parts by sender and reference."
        )
    total = totals.pop()[1]
    if len(headers) != total:
        raise InvalidTextError(
            f"{len(headers)} of {total} parts are here. Wait for the rest."
        )


def _fill(header_octets: int) -> int:
    """Bits from the end of a header to the next septet boundary."""
    return -8 * header_octets % 7


def _read_gsm7(data: UserData, front: Header) -> str:
    fill = _fill(front.octets)
    before = (8 * front.octets + fill) // 7
    body = data[front.octets :]
    count = data.length - before
    if count < 0 or (count and count * 7 + fill > 8 * len(body)):
        raise InvalidTextError(
            "The part is shorter than its length says (TS 23.040 "
            "§9.2.3.16). Pass whole parts and TP-UDL in septets."
        )
    basic, extension = DEFAULT.basic, DEFAULT.extension
    if front.locking is not None:
        basic = _language(front.locking).locking or basic
    if front.single is not None:
        extension = _language(front.single).single
    text = []
    escaped = False
    for septet in unpack(body, count, fill):
        if escaped:
            # What a table has not shows as in the basic one, and a second
            # escape as a space (TS 23.038 §6.2.1.1).
            text.append(extension.get(septet) or basic.get(septet, " "))
            escaped = False
        elif septet == ESCAPE:
            escaped = True
        else:
            text.append(basic.get(septet, " "))
    return "".join(text)


def _language(identifier: int) -> Language:
    for language in national().values():
        if language.identifier == identifier:
            return language
    raise InvalidTextError(
        f"The header names national table {identifier}, which TS 23.038 "
        "§6.2.1.2.4 does not have. The text cannot be read with certainty."
    )


def _read_utf16(bodies: list[bytes]) -> str:
    # Together, for other senders cut between two surrogates.
    octets = b"".join(bodies)
    try:
        return octets.decode("utf-16-be")
    except UnicodeDecodeError:
        bodies.clear()
        del octets
    raise InvalidTextError(
        "The octets are not UTF-16 in big-endian order (TS 23.038 §6.2.3). "
        "Check the encoding and has_header."
    )
