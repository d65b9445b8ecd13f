"""
Keys: tokens to look numbers up by, seals to keep evidence in.

The room where ``cryptography`` lives; it is loaded at the first seal.
"""

from __future__ import annotations

from anonsms.keys.index import TOKEN_SIZE, IndexKey, derive, token_text
from anonsms.keys.provider import KeyProvider, Power
from anonsms.keys.ring import KeyRing
from anonsms.keys.seal import KEY_SIZE, bind, seal_each, unseal


__all__ = [
    "KEY_SIZE",
    "TOKEN_SIZE",
    "IndexKey",
    "KeyProvider",
    "KeyRing",
    "Power",
    "bind",
    "derive",
    "seal_each",
    "token_text",
    "unseal",
]
