"""Keys that lie in memory, and all that can be done with them."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NoReturn, SupportsIndex

from anonsms.errors import ConfigurationError, SealError, refuse_pickle
from anonsms.keys.index import TOKEN_SIZE, IndexKey, derive
from anonsms.keys.keyfile import Keys
from anonsms.keys.provider import Power
from anonsms.keys.seal import NONCE_SIZE, bind, cipher, decrypt, nonces
from anonsms.keys.sign import Signature, SignKey


if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class HeldKeys:
    """
    A :class:`~anonsms.KeyProvider` over roots of 32 random bytes.

    Args:
        keys: The roots of each power by version; for ``seal``, by epoch.
            Index keys nest: all of them are there, from 1 to the newest.
    """

    __slots__ = ("_epochs", "_index", "_keys", "_sign")

    def __init__(self, keys: Keys) -> None:
        self._keys = {p: dict(keys.get(p, {})) for p in Power}
        # Made at first use; a ring of one power never needs the others.
        self._index: tuple[IndexKey, ...] = ()
        self._epochs: dict[int, AESGCM] = {}
        self._sign: tuple[SignKey, ...] = ()

    @property
    def powers(self) -> frozenset[Power]:
        """What the holder may do."""
        return frozenset(p for p, held in self._keys.items() if held)

    @property
    def index_version(self) -> int:
        """
        Version of the newest index key, and of the tokens made now.

        Raises:
            ConfigurationError: The ring has no index key.
        """
        return max(self._held(Power.INDEX))

    @property
    def epoch(self) -> int:
        """
        Epoch of the seal key that new data keys are wrapped with.

        Raises:
            ConfigurationError: The ring has no seal key.
        """
        return max(self._held(Power.SEAL))

    def tokens(self, numbers: Iterable[str]) -> list[bytes]:
        """
        Keyed stand-ins of numbers: pseudonymous, never anonymous.

        Args:
            numbers: In E.164 form.

        Returns:
            16 bytes for each, in their order.

        Raises:
            ConfigurationError: The ring has no index key.
        """
        index = self._index or self._indexing()
        if not index:
            del numbers  # a traceback with variables must not show them
            raise self._lacking(Power.INDEX)
        made = index[0].tokens(numbers)
        if len(index) > 1:  # most rings have one key, and this path is hot
            for key in index[1:]:
                made = key.nest(made)
        return made

    def renew_tokens(self, tokens: Sequence[bytes], since: int) -> list[bytes]:
        """
        Bring older tokens to the newest version, without any number.

        Args:
            tokens: 16 bytes each, of one version.
            since: Their version.

        Returns:
            What :meth:`tokens` makes of the same numbers now, in order.

        Raises:
            ConfigurationError: The ring has no index key of that version,
                or one of the tokens does not have 16 bytes.
        """
        newest = self.index_version
        if not 0 < since <= newest:
            raise ConfigurationError(
                f"This key ring makes tokens of the versions 1 to {newest}, "
                f"not {since}. Load the newest copy of the ring."
            )
        made = list(tokens)
        if any(len(token) != TOKEN_SIZE for token in made):
            # It would match nobody, and an opt-out would be overlooked.
            raise ConfigurationError(
                f"A token has {TOKEN_SIZE} bytes, and one of these has not: "
                "the ledger is damaged. Restore it from your backup."
            )
        for key in self._indexing()[since:]:
            made = key.nest(made)
        return made

    def wrap(
        self, keys: Sequence[bytes], contexts: Sequence[bytes]
    ) -> list[bytes]:
        """
        Encrypt data keys under the current epoch's key.

        Args:
            keys: Data keys.
            contexts: Where each belongs, from ``anonsms.keys.bind``.

        Returns:
            28 bytes more than each key: nonce, key, tag.

        Raises:
            ConfigurationError: The ring has no seal key.
        """
        if not self._keys[Power.SEAL]:
            del keys  # a traceback with variables must not show them
            raise self._lacking(Power.SEAL)
        epoch = self.epoch
        aes = self._cipher(epoch)
        head = _head(epoch)
        return [
            nonce + aes.encrypt(nonce, key, head + context)
            for key, context, nonce in zip(
                keys, contexts, nonces(len(keys)), strict=True
            )
        ]

    def unwrap(self, wrapped: bytes, epoch: int, context: bytes) -> bytes:
        """
        Decrypt one data key.

        Args:
            wrapped: From :meth:`wrap`.
            epoch: The epoch it was wrapped in.
            context: The context it was wrapped with.

        Raises:
            ConfigurationError: The ring has no seal key.
            SealError: Wrong key or context, damage, or an epoch whose key
                is not in the ring.
        """
        return decrypt(
            self._cipher(epoch),
            wrapped[:NONCE_SIZE],
            wrapped[NONCE_SIZE:],
            _head(epoch) + context,
        )

    @property
    def public_keys(self) -> tuple[bytes, ...]:
        """
        What others check signatures with: 32 bytes each, newest first.

        Nothing if the ring has no signing key.
        """
        return tuple(key.public for key in self._signing())

    def signatures(self, message: bytes) -> list[Signature]:
        """
        Sign with every signing key of the ring (Ed25519, RFC 8032).

        Args:
            message: Any bytes; they are vouched for, not hidden.

        Returns:
            One signature for each key, newest first. After a rotation old
            and new stand side by side, until the old key is retired.

        Raises:
            ConfigurationError: The ring has no signing key.
        """
        if not self._keys[Power.SIGN]:
            raise self._lacking(Power.SIGN)
        return [key.sign(message) for key in self._signing()]

    def _indexing(self) -> tuple[IndexKey, ...]:
        if not self._index:
            keys = self._keys[Power.INDEX]
            self._index = tuple(IndexKey(keys[v]) for v in sorted(keys))
        return self._index

    def _signing(self) -> tuple[SignKey, ...]:
        if not self._sign:
            keys = self._keys[Power.SIGN]
            self._sign = tuple(
                SignKey(keys[v]) for v in sorted(keys, reverse=True)
            )
        return self._sign

    def _held(self, power: Power) -> dict[int, bytes]:
        held = self._keys[power]
        if not held:
            raise self._lacking(power)
        return held

    def _lacking(self, power: Power) -> ConfigurationError:
        return ConfigurationError(
            f"This key ring has no {power} key: it was restricted to "
            f"{', '.join(sorted(self.powers))}. Open the ledger with a ring "
            "that has it."
        )

    def _cipher(self, epoch: int) -> AESGCM:
        aes = self._epochs.get(epoch)
        if aes is None:
            root = self._held(Power.SEAL).get(epoch)
            if root is None:
                raise SealError(
                    f"The key of epoch {epoch} is not in this ring: it was "
                    "destroyed, or the ring is an older copy."
                )
            aes = cipher(derive(root, "anonsms/seal/v1"))
            self._epochs[epoch] = aes
        return aes

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        refuse_pickle("key ring")


@functools.lru_cache(maxsize=64)
def _head(epoch: int) -> bytes:
    return bind("anonsms/v1", "wrap", str(epoch))
