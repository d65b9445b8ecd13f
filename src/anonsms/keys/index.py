"""
Index keys: a number's keyed stand-in, by which it is looked up.

A plain or salted hash of a phone number is as good as the number: all
numbers of a country can be tried in minutes. Only a secret key protects.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Final, NoReturn, SupportsIndex

from anonsms.errors import refuse_pickle


TOKEN_SIZE: Final = 16
"""Bytes of a token: 128 bits, so that no two numbers ever share one."""

_TEXT: Final = re.compile(rf"a([0-9]{{1,9}}):([0-9a-f]{{{2 * TOKEN_SIZE}}})")

_BLOCK = 64  # SHA-256 works on blocks of 64 bytes (FIPS 180-4 §1)


def derive(root: bytes, label: str) -> bytes:
    """
    A 32-byte key for one use, from a root key (HKDF, RFC 5869).

    Args:
        root: 32 random bytes.
        label: What the key is for; other labels give unrelated keys.
    """
    extracted = hmac.digest(bytes(32), root, "sha256")
    return hmac.digest(extracted, label.encode() + b"\x01", "sha256")


def token_text(token: bytes, version: int) -> str:
    """
    A token as people and logs may see it: pseudonymous, not anonymous.

    >>> token_text(bytes(16), 1)
    'a1:00000000000000000000000000000000'
    """
    return f"a{version}:{token.hex()}"


def read_token(text: str) -> tuple[int, bytes] | None:
    """
    The version and the token that such a text shows; ``None`` if it is none.

    It raises nothing, so that the caller can let go of what may be a number.

    >>> read_token("a1:00000000000000000000000000000000") == (1, bytes(16))
    True
    """
    found = _TEXT.fullmatch(text)
    return (int(found[1]), bytes.fromhex(found[2])) if found else None


class IndexKey:
    """
    Turns numbers into tokens: HMAC-SHA-256, cut to 128 bits.

    >>> key = IndexKey(bytes(32))
    >>> key.tokens(["+33639981234"]) == key.tokens(["+33639981234"])
    True
    """

    __slots__ = ("_inner", "_outer")

    def __init__(self, root: bytes) -> None:
        key = derive(root, "anonsms/index/v1").ljust(_BLOCK, b"\0")
        # HMAC (RFC 2104) with its two first blocks hashed once and for all:
        # a third of the time of `hmac.digest`.
        self._inner = hashlib.sha256(bytes(b ^ 0x36 for b in key))
        self._outer = hashlib.sha256(bytes(b ^ 0x5C for b in key))

    def tokens(self, numbers: Iterable[str]) -> list[bytes]:
        """
        The tokens of many numbers, in their order.

        Args:
            numbers: In E.164 form, else one person gets two tokens.

        Returns:
            16 bytes for each.
        """
        start, finish = self._inner.copy, self._outer.copy
        found = []
        for number in numbers:
            inner = start()
            inner.update(number.encode())
            outer = finish()
            outer.update(inner.digest())
            found.append(outer.digest()[:TOKEN_SIZE])
        return found

    def nest(self, tokens: Iterable[bytes]) -> list[bytes]:
        """
        Tokens under this key of tokens under the key before it.

        So an index is renewed without any number: a list of those who said
        stop outlives their numbers, and has none to start from again.

        Args:
            tokens: 16 bytes each.

        Returns:
            16 bytes for each, in their order.
        """
        # The loop of `tokens` once more: that is the path that is hot, and
        # a call to share it costs a sixth when one number is asked for.
        start, finish = self._inner.copy, self._outer.copy
        found = []
        for token in tokens:
            inner = start()
            inner.update(token)
            outer = finish()
            outer.update(inner.digest())
            found.append(outer.digest()[:TOKEN_SIZE])
        return found

    def __repr__(self) -> str:
        return "<IndexKey>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        refuse_pickle("key")
