"""The key ring: three kinds of keys, three powers, one file."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from anonsms.errors import ConfigurationError
from anonsms.keys import custody, keyfile
from anonsms.keys.held import HeldKeys
from anonsms.keys.provider import Power
from anonsms.keys.seal import KEY_SIZE


class KeyRing(HeldKeys):
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

    __slots__ = ()

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
                or other users of the machine may read it or have put it
                there.
        """
        file = Path(path)
        return cls(keyfile.parse(custody.read(file), where=str(file)))

    @classmethod
    @contextlib.contextmanager
    def locked(cls, path: str | os.PathLike[str]) -> Iterator[Self]:
        """
        The ring in a file that nobody else replaces meanwhile.

        For changes in more than one step: load, rotate, save, let the
        ledger go over, retire, save. Whoever else wants to replace the file
        waits until the block ends; reading goes on. A thread that holds a
        file may save to it, and hold it again. A file ``.shop.keys.lock``
        beside ``shop.keys`` stays. On Windows other processes do not wait.

        Args:
            path: The key file.

        Raises:
            ConfigurationError: As :meth:`load`, or the file cannot be
                locked, or could not be replaced.
        """
        file = Path(path)
        if not custody.replaceable(file):
            cls.load(file)  # says that there is none
        with custody.locked(file):
            yield cls.load(file)

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

    def save(
        self, path: str | os.PathLike[str], *, replace: bool = False
    ) -> None:
        """
        Write the ring to a file that only its owner can read.

        Args:
            path: Where to.
            replace: Put it in the place of the ring that it was made from
                with :meth:`rotate` or :meth:`retire`. After a power cut the
                old file is there or the new one, whole. The old one's
                bytes may stay on the disk: see the page on keys. Whoever
                replaces it at the same time is waited for, see
                :meth:`locked`.

        Raises:
            ConfigurationError: There is a file already; or, with
                ``replace``, one with keys that this ring lacks, save seal
                and signing keys older than the file's newest; somebody
                else's, or a symbolic link. Or it cannot be written.
        """
        file = Path(path)
        if not replace:
            custody.write(file, keyfile.dump(self._keys))
            return
        custody.replaceable(file)  # else there is nothing to be locked
        with custody.locked(file):
            # Looked at again: it may have been replaced while we waited.
            if not custody.replaceable(file):
                custody.write(file, keyfile.dump(self._keys))
                return
            fault = _loss(
                self._keys,
                keyfile.parse(custody.read(file), where=str(file)),
            )
            if fault:
                raise ConfigurationError(f"{file} {fault}")
            custody.replace(file, keyfile.dump(self._keys))

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

    def versions(self, power: Power | str) -> tuple[int, ...]:
        """
        Versions of a power's keys, oldest first; epochs for ``"seal"``.

        Args:
            power: ``"index"``, ``"seal"`` or ``"sign"``.

        Returns:
            Nothing if the ring lacks the power.

        Raises:
            ConfigurationError: No such power.
        """
        return tuple(sorted(self._keys[_named(power)]))

    def rotate(self, power: Power | str) -> Self:
        """
        A ring with one more key for a power: random, and the newest.

        This ring stays as it is. Save the new one before it is used: what
        is sealed with a key that was never saved is lost.

        Args:
            power: ``"index"``, ``"seal"`` or ``"sign"``.

        Raises:
            ConfigurationError: No such power, or this ring lacks it.
        """
        power = _named(power)
        newest = max(self._held(power))
        if newest >= keyfile.HIGHEST:
            raise ConfigurationError(
                f"The newest {power} key is of version {newest}, and no ring "
                "counts further. Start a new ledger."
            )
        more = {newest + 1: os.urandom(KEY_SIZE)}
        return type(self)({**self._keys, power: {**self._keys[power], **more}})

    def retire(self, power: Power | str, version: int) -> Self:
        """
        A ring without one of its older seal or signing keys.

        What only that key could open is lost, which may be the purpose:
        see the page on keys. This ring stays as it is.

        Args:
            power: ``"seal"`` or ``"sign"``. Index keys are never retired:
                each token is made with all of them.
            version: Which; one of :meth:`versions`.

        Raises:
            ConfigurationError: It is an index key, the newest key, or one
                that this ring lacks.
        """
        power = _named(power)
        newest = max(self._held(power))
        if power is Power.INDEX:
            raise ConfigurationError(
                "An index key cannot be retired: every token is made with "
                "all index keys, one after the other. Rotate it instead."
            )
        if version == newest:
            raise ConfigurationError(
                f"The newest {power} key cannot be retired, it is the one "
                "in use. Rotate first, and move the ledger to the new key."
            )
        if version not in self._keys[power]:
            raise ConfigurationError(
                f"This key ring has no {power} key of version {version}. "
                f'See KeyRing.versions("{power}").'
            )
        left = {v: key for v, key in self._keys[power].items() if v != version}
        return type(self)({**self._keys, power: left})

    def __repr__(self) -> str:
        held = []
        for power, keys in self._keys.items():
            if keys:
                unit = "epoch " if power is Power.SEAL else "v"
                held.append(f"{power} {unit}{max(keys)}")
        return f"<{type(self).__name__} {', '.join(held)}>"


def _named(power: Power | str) -> Power:
    try:
        return Power(power)
    except ValueError:
        raise ConfigurationError(
            f"A ring has no such power: there are {', '.join(sorted(Power))}."
        ) from None


def _loss(new: keyfile.Keys, old: keyfile.Keys) -> str:
    """Which keys would be lost for ever; empty if none. Never raises."""
    if keyfile.succeeds(new, old):
        return ""
    early = ", ".join(keyfile.retired_early(new, old))
    if early:
        return (
            f"holds a newest key ({early}) that this ring has retired, and "
            "the ledger may know no other. Save the ring with both keys, "
            "let the ledger go over to it with ledger.rotate(ring), then "
            "retire the old key and save again."
        )
    return (
        "holds keys that this ring lacks, and keys that are overwritten are "
        "lost for ever. Load the ring from there, then rotate it; save other "
        "rings to another path."
    )
