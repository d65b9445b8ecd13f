"""The key ring: three kinds of keys, three powers, one file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Self, SupportsIndex

from anonsms.errors import ConfigurationError, SealError, refuse_pickle
from anonsms.keys import keyfile
from anonsms.keys.index import IndexKey, derive
from anonsms.keys.provider import Power
from anonsms.keys.seal import (
    KEY_SIZE,
    NONCE_SIZE,
    bind,
    cipher,
    decrypt,
    nonces,
)


if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class KeyRing:
    """
    The shop's keys. Whoever holds the ring has its powers.

    *Index* makes tokens: ask where a number stands, and count. *Seal*
    writes and reads sealed numbers and evidence. *Sign* vouches for the
    ledger. Lose the ring and the ledger is unreadable: back it up, apart
    from the database.

    >>> ring = KeyRing.generate()
    >>> ring
    <KeyRing index v1, seal epoch 1, sign v1>
    >>> ring.restrict("index")
    <KeyRing index v1>
    """

    __slots__ = ("_epochs", "_index", "_keys")

    def __init__(self, keys: keyfile.Keys) -> None:
        self._keys = {p: dict(keys.get(p, {})) for p in Power}
        self._index: IndexKey | None = None
        self._epochs: dict[int, AESGCM] = {}

    @classmethod
    def generate(cls) -> Self:
        """New random keys for all three powers."""
        return cls({power: {1: os.urandom(KEY_SIZE)} for power in Power})

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """
        The ring that :meth:`save` wrote.

        Raises:
            ConfigurationError: There is no such file, it holds no key ring,
                or other users of the machine may read it.
        """
        file = Path(path)
        return cls(keyfile.parse(keyfile.read(file), where=str(file)))

    @classmethod
    def from_env(cls, var: str = "ANONSMS_KEYS") -> Self:
        """
        The ring in an environment variable.

        Args:
            var: Names the variable. It holds the content of a key file, as
                it is or in base64 (``base64 -w0 shop.keys``).

        Raises:
            ConfigurationError: The variable is empty or holds no key ring.
        """
        if not os.environ.get(var, "").strip():
            raise ConfigurationError(
                f"The environment variable {var} is empty. Put the content "
                "of a key file there: base64 -w0 shop.keys"
            )
        where = f"The variable {var}"
        return cls(keyfile.parse(os.environ[var], where=where))

    def save(self, path: str | os.PathLike[str]) -> None:
        """
        Write the ring to a new file that only its owner can read.

        Raises:
            ConfigurationError: There is a file already (it is never
                overwritten), or it cannot be written.
        """
        keyfile.write(Path(path), keyfile.dump(self._keys))

    def restrict(self, *powers: Power | str) -> Self:
        """
        A ring with fewer powers, for somebody who needs no more.

        Args:
            powers: What the new ring keeps: ``"index"``, ``"seal"``,
                ``"sign"``. With ``"index"`` alone an analyst asks and
                counts, and never sees a number.

        Raises:
            ConfigurationError: No such power, or this ring lacks it.
        """
        known = {power.value for power in self.powers}
        kept = {str(power) for power in powers}
        if not kept or not kept <= known:
            named = ", ".join(sorted(known))
            raise ConfigurationError(
                f"A ring can be restricted to the powers it has: {named}. "
                "Name one or more of them."
            )
        return type(self)(
            {p: held for p, held in self._keys.items() if p.value in kept}
        )

    @property
    def powers(self) -> frozenset[Power]:
        """What the holder may do."""
        return frozenset(p for p, held in self._keys.items() if held)

    @property
    def index_version(self) -> int:
        """
        Version of the index key.

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
        if self._index is None:
            keys = self._keys[Power.INDEX]
            if not keys:
                del numbers  # a traceback with variables must not show them
                raise self._lacking(Power.INDEX)
            self._index = IndexKey(keys[max(keys)])
        return self._index.tokens(numbers)

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

    def __repr__(self) -> str:
        held = []
        for power, keys in self._keys.items():
            if keys:
                unit = "epoch " if power is Power.SEAL else "v"
                held.append(f"{power} {unit}{max(keys)}")
        return f"<{type(self).__name__} {', '.join(held)}>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        refuse_pickle("key ring")


def _head(epoch: int) -> bytes:
    return bind("anonsms/v1", "wrap", str(epoch))
