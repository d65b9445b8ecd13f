"""
Signed notes: a text that others can check with a public key.

The C2SP form (c2sp.org/signed-note), which witnesses and tools of
transparency logs speak. A note may bear several signatures, so that keys can
change and strangers can co-sign::

    example.com/anonsms
    2
    …

    — example.com/anonsms x08go/ZJ…
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Final

from attrs import Attribute, field, frozen

from anonsms.errors import ProofError
from anonsms.keys import PUBLIC_SIZE, Signature, verify_signature


ED25519: Final = b"\x01"
"""The kind of signature that we make and check; others are left alone."""

_DASH = "\u2014 "  # an em dash and a space begin each signature
_KEY_ID = 4  # bytes
_MOST_SIGNATURES = 100  # what Go's note package takes, too
_LONGEST = 1_000_000  # characters
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")  # all but the line end
_HEX_ID = re.compile("[0-9a-f]{8}")


def _named(_owner: object, _place: Attribute[str], name: str) -> None:
    if not name or "+" in name or any(map(str.isspace, name)):
        raise ProofError(
            "The name of a key is not empty and holds no space and no plus "
            "sign. Take the form of an address: example.com/anonsms."
        )
    _well_formed(name + "\n")


def _whole_key(_owner: object, _place: Attribute[bytes], key: bytes) -> None:
    if len(key) != PUBLIC_SIZE:
        raise ProofError(
            f"A public Ed25519 key has {PUBLIC_SIZE} bytes. Take it from the "
            "text that the log's owner gave you."
        )


@frozen
class Verifier:
    """
    A name and the public key that its notes are checked with.

    >>> peter = "PeterNeumann+c74f20a3+"
    >>> peter += "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    >>> Verifier.parse(peter).name
    'PeterNeumann'

    Attributes:
        name: As it stands in signature lines.
        public: The Ed25519 key, 32 bytes.

    Raises:
        ProofError: The name holds a space or a plus sign, or the key has
            another length.
    """

    name: str = field(validator=_named)
    public: bytes = field(validator=_whole_key)

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """
        Read what ``text`` wrote, or another tool of the same form.

        Raises:
            ProofError: It is not such a text, the parts do not belong
                together, or the key is of another kind than Ed25519.
        """
        name, hint, key = [*text.strip().split("+", 2), "", ""][:3]
        decoded = exact_base64(key)
        if not _HEX_ID.fullmatch(hint) or not decoded:
            raise ProofError(
                "A public key is written name+id+key, the id in 8 digits of "
                "hexadecimal and the key in base64. Copy the whole line."
            )
        if decoded[:1] != ED25519:
            raise ProofError(
                "The key is of a kind that this anonsms does not check. Ask "
                "the log's owner for an Ed25519 key."
            )
        found = cls(name, decoded[1:])
        if found.key_id.hex() != hint:
            raise ProofError(
                "The id of the public key does not match its name and key: "
                "one of them was changed. Copy the whole line again."
            )
        return found

    @property
    def key_id(self) -> bytes:
        """4 bytes that tell a name's keys apart; no protection."""
        return _key_id(self.name, self.public)

    @property
    def text(self) -> str:
        """One line to give to whoever shall check notes."""
        key = base64.b64encode(ED25519 + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    def __str__(self) -> str:
        return self.text


@frozen
class SignatureLine:
    """
    One signature of a note, by a key that may or may not be known.

    Attributes:
        name: Whose key it claims to be.
        key_id: Which of that name's keys, 4 bytes.
        signature: In the form of that key.
    """

    name: str = field(validator=_named)
    key_id: bytes
    signature: bytes = field(repr=False)

    def __str__(self) -> str:
        signed = base64.b64encode(self.key_id + self.signature).decode()
        return f"{_DASH}{self.name} {signed}\n"


@frozen
class Note:
    """
    A text and who claims to vouch for it. Claims only: see `verify_note`.

    ``str()`` of it is the note again.

    Attributes:
        text: What is signed, with its last line end.
        signatures: One or more.
    """

    text: str = field(repr=False)
    signatures: tuple[SignatureLine, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"


def sign_note(text: str, name: str, signatures: Sequence[Signature]) -> str:
    """
    Put signatures under a text.

    Args:
        text: Ends with a line end; no control character but line ends.
        name: The keys' name: not empty, no space, no plus sign.
        signatures: Over the text's UTF-8 bytes, one or more: while keys
            change, by the old one and by the new.

    Returns:
        The whole note.

    Raises:
        ProofError: The text or the name has not that form, or there are no
            signatures or more than 100.
    """
    _well_formed(text)
    lines = tuple(
        SignatureLine(name, _key_id(name, each.public), each.signature)
        for each in signatures
    )
    note = str(Note(text, lines))
    parse_note(note)  # what is signed, everybody must be able to read
    return note


def parse_note(note: str) -> Note:
    r"""
    Read a signed note; whether the signatures hold is not asked.

    Args:
        note: The whole note, with line ends as they were signed (``\n``).

    Raises:
        ProofError: It is not a signed note, or larger than any should be.
    """
    _well_formed(note)
    text, blank, signed = note.rpartition("\n\n")
    lines = signed.split("\n")[:-1]  # each line has its end
    if not blank or not lines:
        raise ProofError(
            "This is no signed note: it has no blank line with signatures "
            "after it. Copy the whole note."
        )
    if len(lines) > _MOST_SIGNATURES:
        raise ProofError(
            f"A note bears at most {_MOST_SIGNATURES} signatures."
        )
    return Note(text + "\n", tuple(map(_signature, lines)))


def trusted(
    verifiers: Verifier | str | Iterable[Verifier | str],
) -> list[Verifier]:
    """
    The keys that somebody trusts, one or several.

    Raises:
        ProofError: One is no public key.
    """
    if isinstance(verifiers, Verifier | str):
        verifiers = [verifiers]
    return [
        Verifier.parse(each) if isinstance(each, str) else each
        for each in verifiers
    ]


def verify_note(note: Note, verifiers: Iterable[Verifier]) -> list[Verifier]:
    """
    Who vouches for a note, of those whose keys are known.

    Signatures of unknown keys are ignored, as the form asks for.

    Args:
        note: From :func:`parse_note`.
        verifiers: The keys that the caller trusts.

    Returns:
        Those that signed it, in the order of ``verifiers``; at least one.

    Raises:
        ProofError: A signature of a known key does not hold, or no known
            key signed.
    """
    known = list(verifiers)
    message = note.text.encode()
    holding: set[Verifier] = set()
    for line in note.signatures:
        claimed = [
            verifier
            for verifier in known
            if (verifier.name, verifier.key_id) == (line.name, line.key_id)
        ]
        held = {
            verifier
            for verifier in claimed
            if verify_signature(verifier.public, message, line.signature)
        }
        if claimed and not held:
            raise ProofError(
                "A signature of the note does not hold: the note was "
                "changed, or somebody else signed it in that name."
            )
        holding |= held
    if not holding:
        raise ProofError(
            "Nobody whose key is known signed the note. Pass the public key "
            "of the log that it comes from."
        )
    return [
        verifier for verifier in dict.fromkeys(known) if verifier in holding
    ]


def exact_base64(text: str) -> bytes:
    """
    What base64 stands for, if it is written in the one right way.

    Loose last bits would let one signature be written in several ways.

    >>> exact_base64("YQ=="), exact_base64("YR==")
    (b'a', b'')

    Returns:
        The bytes; none where it is not base64 (RFC 4648 §4) or written
        otherwise than we would.
    """
    try:
        decoded = base64.b64decode(text, validate=True)
    except ValueError:
        return b""
    return decoded if base64.b64encode(decoded).decode() == text else b""


def _key_id(name: str, public: bytes) -> bytes:
    named = name.encode() + b"\n" + ED25519 + public
    return hashlib.sha256(named).digest()[:_KEY_ID]


def _well_formed(text: str) -> None:
    if len(text) > _LONGEST:
        raise ProofError(
            f"A note of more than {_LONGEST:,} characters is not read."
        )
    try:
        text.encode()
        broken = _CONTROL.search(text) is not None
    except UnicodeEncodeError:  # half of a character
        broken = True
    if broken or not text.endswith("\n"):
        raise ProofError(
            "A note is whole lines of text, without control characters. "
            "Copy it anew, byte for byte: Windows line ends spoil it."
        )


def _signature(line: str) -> SignatureLine:
    fields = line.removeprefix(_DASH).split(" ")
    decoded = exact_base64(fields[-1])
    # The key's id, and at least one byte that it signed with.
    if (
        not line.startswith(_DASH)
        or len(fields) != 2  # noqa: PLR2004
        or len(decoded) <= _KEY_ID
    ):
        raise ProofError(
            "A signature line of the note is damaged: it is a dash, a name "
            "and the signature in base64. Copy the whole note."
        )
    return SignatureLine(fields[0], decoded[:_KEY_ID], decoded[_KEY_ID:])
