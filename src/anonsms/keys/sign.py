"""
Signing: Ed25519 (RFC 8032), so that others can check what the shop vouched.

A checkpoint is signed; anybody who was told the public key can check it,
without the ledger, the ring or the shop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn, SupportsIndex

from attrs import Attribute, field, frozen

from anonsms.errors import ConfigurationError, refuse_pickle
from anonsms.keys.index import derive


if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
    )


PUBLIC_SIZE: Final = 32
"""Bytes of a public key (RFC 8032 §5.1.5)."""

SIGNATURE_SIZE: Final = 64
"""Bytes of a signature (RFC 8032 §5.1.6)."""

# The points of small order, by their second coordinate: under such a "key"
# anybody can sign anything, and OpenSSL verifies it. Nobody draws one by
# chance; who publishes one wants to be free to say something else later.
_P = 2**255 - 19
_ORDER_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_NOBODYS: Final = frozenset(
    y.to_bytes(PUBLIC_SIZE, "little")
    for y in (0, 1, _ORDER_8, _P - _ORDER_8, _P - 1, _P, _P + 1)
)

_SIZES = {"public": PUBLIC_SIZE, "signature": SIGNATURE_SIZE}


def _sized(
    _signature: Signature, place: Attribute[bytes], value: object
) -> None:
    size = _SIZES[place.name]
    if not isinstance(value, bytes) or len(value) != size:
        raise ConfigurationError(
            f"The {place.name} of an Ed25519 signature has {size} bytes. "
            "Check the key provider that made it."
        )


@frozen
class Signature:
    """
    One signature, and the key that it is checked with. Both are public.

    Attributes:
        public: The public key, 32 bytes (RFC 8032 §5.1.5).
        signature: 64 bytes (RFC 8032 §5.1.6).

    Raises:
        ConfigurationError: One of them has another length.
    """

    public: bytes = field(validator=_sized)
    signature: bytes = field(validator=_sized)


class SignKey:
    """
    One Ed25519 key pair, made of a root of 32 random bytes.

    The root is not the private key itself: that is derived from it, as
    index and seal keys are from theirs. ML-DSA keys grow from 32 bytes too
    (FIPS 204 §5.1), and no key should serve two algorithms: a second
    algorithm takes a second label, and old rings can have it.

    >>> key = SignKey(bytes(32))
    >>> made = key.sign(b"text")
    >>> verify_signature(key.public, b"text", made.signature)
    True

    Attributes:
        public: The public key, 32 bytes: to be told to others.
    """

    __slots__ = ("_private", "public")

    def __init__(self, root: bytes) -> None:
        self._private = _private(derive(root, "anonsms/sign/v1"))
        self.public = self._private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> Signature:
        """
        Vouch for a message; the same message gives the same signature.

        Args:
            message: Any length. It is signed, not hidden.
        """
        return Signature(self.public, self._private.sign(message))

    def __repr__(self) -> str:
        return "<SignKey>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        refuse_pickle("key")


def _private(seed: bytes) -> Ed25519PrivateKey:
    # Loaded at the first signature: making tokens needs no `cryptography`.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
        Ed25519PrivateKey,
    )

    return Ed25519PrivateKey.from_private_bytes(seed)


def verify_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """
    Whether the holder of a key signed exactly this message.

    Whose key it is, is for the caller to know: a public key that comes
    along with the message proves nothing.

    Args:
        public: The public key, 32 bytes, from a place that is trusted.
        message: What was signed.
        signature: 64 bytes.

    Returns:
        False on anything wrong: another message, another key, bytes that
        are no key or no signature, a key under which anybody can sign.
        Never raises, whatever the bytes.
    """
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
        Ed25519PublicKey,
    )

    try:
        key = Ed25519PublicKey.from_public_bytes(public)
        key.verify(signature, message)
    except (InvalidSignature, ValueError):  # ValueError: not 32 bytes
        return False
    return _without_sign(public) not in _NOBODYS


def _without_sign(public: bytes) -> bytes:
    # The last bit is the sign of the first coordinate (RFC 8032 §5.1.2).
    return public[:-1] + bytes([public[-1] & 0x7F])
