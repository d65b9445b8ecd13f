"""
Sealing: AES-256-GCM with a context, so that a blob opens in its place only.

Blob, version 1::

    0x01 | 0x01 (AES-256-GCM) | key epoch (2) | nonce (12) | text | tag (16)

The header and the context are authenticated: a blob that was moved to
another row, column or person, or changed by one bit, does not open.
"""

from __future__ import annotations

import functools
import os
import struct
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from anonsms.errors import SealError


if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM


KEY_SIZE: Final = 32
"""Bytes of every key here."""

NONCE_SIZE: Final = 12
TAG_SIZE: Final = 16

_VERSION = 1
_AES_256_GCM = 1
_HEADER = struct.Struct(">BBH")
_LENGTH = struct.Struct(">I")


@functools.cache
def _aesgcm() -> type[AESGCM]:
    # Loaded at the first seal: making tokens needs no `cryptography`.
    from cryptography.hazmat.primitives.ciphers.aead import (  # noqa: PLC0415
        AESGCM,
    )

    return AESGCM


def cipher(key: bytes) -> AESGCM:
    """AES-256-GCM under ``key``; worth keeping for a key used often."""
    return _aesgcm()(key)


def bind(*parts: str | bytes) -> bytes:
    """
    Join parts to a context that can be read in one way only.

    Each part is preceded by its length, so ``("ab", "c")`` and
    ``("a", "bc")`` differ, and ``bind(a) + bind(b) == bind(a, b)``.
    """
    if len(parts) == 1 and isinstance(part := parts[0], bytes):
        return _LENGTH.pack(len(part)) + part  # of a million people each
    return b"".join(
        bind(part.encode() if isinstance(part, str) else part)
        for part in parts
    )


def nonces(count: int) -> Iterable[bytes]:
    """
    Fresh random nonces, asked of the system in one go.

    None is kept between calls: a store of nonces would be shared after a
    fork, and a nonce used twice under one key breaks AES-GCM.
    """
    drawn = os.urandom(NONCE_SIZE * count)
    return (
        drawn[start : start + NONCE_SIZE]
        for start in range(0, len(drawn), NONCE_SIZE)
    )


def seal_each(
    keys: Sequence[bytes],
    texts: Sequence[bytes],
    contexts: Sequence[bytes],
    *,
    epoch: int = 1,
) -> list[bytes]:
    """
    Seal texts, each under its own key and context.

    Args:
        keys: 32 bytes each, as many as there are texts.
        texts: What to seal.
        contexts: Where each blob belongs, from :func:`bind`.
        epoch: Which generation of the keys it is; kept in the blob.

    Returns:
        Blobs of 32 bytes more than their texts.
    """
    aes = _aesgcm()
    header = _HEADER.pack(_VERSION, _AES_256_GCM, epoch)
    return [
        header + nonce + aes(key).encrypt(nonce, text, header + context)
        for key, text, context, nonce in zip(
            keys, texts, contexts, nonces(len(texts)), strict=True
        )
    ]


def unseal(key: bytes, blob: bytes, context: bytes) -> bytes:
    """
    Open one blob.

    Args:
        key: The key it was sealed with.
        blob: From :func:`seal_each`.
        context: The context it was sealed with.

    Raises:
        SealError: Wrong key, wrong place, damage, or a blob version that
            this anonsms does not know.
    """
    aes = cipher(key)
    del key  # a traceback with variables must not show it
    start = _HEADER.size + NONCE_SIZE
    if len(blob) < start + TAG_SIZE:
        raise SealError("Sealed data is too short to be whole.")
    header = blob[: _HEADER.size]
    version, algorithm, _ = _HEADER.unpack(header)
    if (version, algorithm) != (_VERSION, _AES_256_GCM):
        raise SealError(
            "Sealed data is of a version that this anonsms does not know. "
            "Upgrade anonsms, or check the data for damage."
        )
    return decrypt(
        aes, blob[_HEADER.size : start], blob[start:], header + context
    )


def decrypt(aes: AESGCM, nonce: bytes, sealed: bytes, context: bytes) -> bytes:
    """
    AES-GCM decryption that fails as :class:`~anonsms.errors.SealError`.

    Raises:
        SealError: Wrong key, wrong place, or damage.
    """
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415

    try:
        return aes.decrypt(nonce, sealed, context)
    except (InvalidTag, ValueError):  # ValueError: too short to be whole
        raise SealError(
            "Sealed data does not open: it was sealed with another key, "
            "belongs to another place, or was damaged. Check that the key "
            "ring is the one the ledger was written with."
        ) from None
