"""What the ledger asks of its keys, and the three powers they give."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from typing import Protocol

from anonsms.keys.sign import Signature


class Power(enum.StrEnum):
    """What a ring can do; each power has keys of its own."""

    INDEX = "index"
    """Make tokens: ask where a number stands, and count."""
    SEAL = "seal"
    """Write and read sealed numbers and evidence."""
    SIGN = "sign"
    """Vouch for the ledger towards others."""


class KeyProvider(Protocol):
    """
    Keys as the ledger uses them; :class:`KeyRing` is the one in the box.

    A provider over a key service fetches its epoch keys once and wraps in
    memory: the ledger wraps one data key for every new person.
    """

    @property
    def powers(self) -> frozenset[Power]:
        """What the holder may do."""
        ...

    @property
    def index_version(self) -> int:
        """Version of the tokens that :meth:`tokens` makes: the newest."""
        ...

    def renew_tokens(self, tokens: Sequence[bytes], since: int) -> list[bytes]:
        """
        Bring tokens of version ``since`` to the newest one, in order.

        For every number, ``renew_tokens(old, since)`` must be what
        :meth:`tokens` makes of it now. The provider has no numbers for it,
        so a new index key is applied to the tokens of the one before.

        Raises:
            ConfigurationError: There is no such version.
        """
        ...

    @property
    def epoch(self) -> int:
        """Epoch of the key that wraps new data keys."""
        ...

    def tokens(self, numbers: Iterable[str]) -> list[bytes]:
        """Stand-ins of numbers in E.164 form: 16 bytes each, in order."""
        ...

    def wrap(
        self, keys: Sequence[bytes], contexts: Sequence[bytes]
    ) -> list[bytes]:
        """Encrypt data keys under the current epoch's key, 60 bytes each."""
        ...

    def unwrap(self, wrapped: bytes, epoch: int, context: bytes) -> bytes:
        """
        Decrypt one data key.

        Raises:
            SealError: Wrong key or context, damage, or an unknown epoch.
        """
        ...

    @property
    def public_keys(self) -> tuple[bytes, ...]:
        """Of the signing keys, newest first; none without that power."""
        ...

    def signatures(self, message: bytes) -> list[Signature]:
        """
        Sign with every signing key there is, newest first (Ed25519).

        After a rotation old and new stand side by side, so that whoever
        knows only the old key can still check, and learn the new one.

        Raises:
            ConfigurationError: There is no signing key.
        """
        ...
