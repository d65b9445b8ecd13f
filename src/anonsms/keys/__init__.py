"""
Keys: tokens to look numbers up by, seals for evidence, signatures.

The room where ``cryptography`` lives; it is loaded at the first seal or
signature.
"""

from __future__ import annotations

from anonsms.keys.index import (
    TOKEN_SIZE,
    IndexKey,
    derive,
    read_token,
    token_text,
)
from anonsms.keys.provider import KeyProvider, Power
from anonsms.keys.ring import KeyRing
from anonsms.keys.seal import KEY_SIZE, bind, seal_each, unseal
from anonsms.keys.sign import (
    PUBLIC_SIZE,
    SIGNATURE_SIZE,
    Signature,
    verify_signature,
)


__all__ = [
    "KEY_SIZE",
    "PUBLIC_SIZE",
    "SIGNATURE_SIZE",
    "TOKEN_SIZE",
    "IndexKey",
    "KeyProvider",
    "KeyRing",
    "Power",
    "Signature",
    "bind",
    "derive",
    "read_token",
    "seal_each",
    "token_text",
    "unseal",
    "verify_signature",
]
