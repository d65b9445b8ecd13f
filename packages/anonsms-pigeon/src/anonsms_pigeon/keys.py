"""Keys of one shop in two files, for two keepers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from anonsms.errors import ConfigurationError
from anonsms.keys import KeyRing, Power, Signature


class SplitKeys:
    """
    Index keys from one file, seal and signing keys from another.

    The web shop's machine holds both; the analyst's holds the index file
    alone, and a thief of one file cannot read the ledger. Make the files
    with ``ring.restrict("index").save(...)`` and
    ``ring.restrict("seal", "sign").save(...)``.
    """

    def __init__(
        self,
        *,
        index: str | os.PathLike[str],
        vault: str | os.PathLike[str],
    ) -> None:
        """
        Load both halves.

        Args:
            index: File with index keys and no others.
            vault: File with seal and signing keys, and no index keys.

        Raises:
            ConfigurationError: A file is missing, readable for others, or
                holds other keys.
        """
        self._index = KeyRing.load(index)
        self._vault = KeyRing.load(vault)
        if self._index.powers != {Power.INDEX} or self._vault.powers != {
            Power.SEAL,
            Power.SIGN,
        }:
            raise ConfigurationError(
                "One file holds the index keys, the other seal and signing "
                "keys. Make them with KeyRing.restrict()."
            )

    @property
    def powers(self) -> frozenset[Power]:
        """What the holder may do: everything, with both files."""
        return self._index.powers | self._vault.powers

    @property
    def index_version(self) -> int:
        """Version of the tokens that :meth:`tokens` makes."""
        return self._index.index_version

    def renew_tokens(self, tokens: Sequence[bytes], since: int) -> list[bytes]:
        """Bring tokens of an older version to the newest one."""
        return self._index.renew_tokens(tokens, since)

    @property
    def epoch(self) -> int:
        """Epoch of the key that wraps new data keys."""
        return self._vault.epoch

    def tokens(self, numbers: Iterable[str]) -> list[bytes]:
        """Stand-ins of numbers in E.164 form."""
        return self._index.tokens(numbers)

    def wrap(
        self, keys: Sequence[bytes], contexts: Sequence[bytes]
    ) -> list[bytes]:
        """Encrypt data keys under the current epoch's key."""
        return self._vault.wrap(keys, contexts)

    def unwrap(self, wrapped: bytes, epoch: int, context: bytes) -> bytes:
        """Decrypt one data key."""
        return self._vault.unwrap(wrapped, epoch, context)

    @property
    def public_keys(self) -> tuple[bytes, ...]:
        """Of the signing keys, newest first."""
        return self._vault.public_keys

    def signatures(self, message: bytes) -> list[Signature]:
        """Sign with every signing key there is, newest first."""
        return self._vault.signatures(message)

    def __repr__(self) -> str:
        return "<SplitKeys in two files>"
