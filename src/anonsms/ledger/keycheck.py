"""Whether a key ring is the one that a ledger was written with."""

from __future__ import annotations

import hmac
from typing import Final

from anonsms.errors import ConfigurationError, LedgerError, SealError
from anonsms.keys import KEY_SIZE, KeyProvider, Power, bind
from anonsms.ledger.store import Row, Store


# Not a number, so that it is the token of nobody.
_KNOWN_INPUT: Final = "anonsms/key-check/v1"
_KNOWN_KEY: Final = bytes(KEY_SIZE)

_NEWEST_LAST: Final = (
    "SELECT power, version FROM anonsms_key_check ORDER BY power, version"
)


def check_keys(store: Store, keys: KeyProvider) -> None:
    """
    Refuse a ring that is not the ledger's, inside an open transaction.

    A new ledger takes note of the ring; so does an older one of a seal key
    that it has not seen yet.

    Raises:
        ConfigurationError: Some key of the ring is another one.
    """
    if not hasattr(keys, "powers"):
        kind = type(keys).__name__
        del keys
        raise ConfigurationError(
            f"A ledger is opened with a key ring; this was a {kind}. Pass "
            "KeyRing.load(path), or KeyRing.generate() for a new one."
        )
    if Power.INDEX not in keys.powers:
        raise ConfigurationError(
            "A ledger finds people by the index key, and this ring has none. "
            'Restrict it to "index" as well.'
        )
    _check_index(store, keys)
    if Power.SEAL in keys.powers:
        _check_seal(store, keys)


def check_successor(store: Store, keys: KeyProvider) -> int:
    """
    Refuse a ring that does not go on where the ledger's own one stops.

    Call it inside a transaction. Nothing is noted.

    Returns:
        The version of the tokens that the ledger has; 0 if nothing was
        noted yet.

    Raises:
        ConfigurationError: Some key of the ring is another one, it is an
            older copy, or it cannot seal.
    """
    if not {Power.INDEX, Power.SEAL} <= keys.powers:
        raise ConfigurationError(
            "Only the shop's whole ring can take over a ledger: this one "
            "lacks the power to find people or to seal."
        )
    since = _noted_index(store, keys)
    _open_noted(store, keys)
    return since


def refuse_reader(keys: KeyProvider) -> None:
    """
    Refuse to write with a ring that was made for asking.

    Raises:
        ConfigurationError: The ring has no seal key.
    """
    if Power.SEAL not in keys.powers:
        raise ConfigurationError(
            "This key ring has no seal key: it was restricted, so that its "
            "holder asks and counts, and writes nothing. Open the ledger "
            "with a ring that has it."
        )


def refuse_stale(
    store: Store, keys: KeyProvider, *, sealing: bool = False
) -> None:
    """
    Refuse to go on with keys that the ledger has left behind.

    A process that runs on while the keys are rotated would look for people
    under tokens that nobody has any more, and find none of the opt-outs.
    So whoever finds nobody asks here, after looking; and whoever wraps a
    key, after writing it: then it is seen, or refused, without a lock.

    Args:
        store: The database.
        keys: The ring of this process.
        sealing: Whether something was sealed for somebody new.

    Raises:
        ConfigurationError: The keys are not the newest of the ledger.
    """
    newest: dict[str, int] = dict(store.query(_NEWEST_LAST))
    if newest.get(Power.INDEX.value) != keys.index_version or (
        sealing and newest.get(Power.SEAL.value) != keys.epoch
    ):
        raise ConfigurationError(
            "The keys of the ledger were rotated, and this process has the "
            "old ones. Open the ledger anew with the new ring."
        )


def compare_keys(store: Store, keys: KeyProvider) -> None:
    """
    As :func:`check_keys`, and nothing is written.

    Raises:
        ConfigurationError: Some key is another one, or none was noted.
    """
    if not noted(store, Power.INDEX):
        raise _other_keys(Power.INDEX)
    _check_index(store, keys)
    if Power.SEAL in keys.powers:
        if not noted(store, Power.SEAL):
            raise _other_keys(Power.SEAL)
        _open_noted(store, keys)


def note_index(store: Store, keys: KeyProvider) -> None:
    """Take note of the newest index key, in place of the one before."""
    store.execute(
        "DELETE FROM anonsms_key_check WHERE power = ?", (Power.INDEX.value,)
    )
    [value] = keys.tokens([_KNOWN_INPUT])
    _note(store, Power.INDEX, keys.index_version, value)


def note_epoch(store: Store, keys: KeyProvider) -> None:
    """Take note of the newest seal key."""
    [value] = keys.wrap([_KNOWN_KEY], [_context(keys.epoch)])
    _note(store, Power.SEAL, keys.epoch, value)


def forget_epoch(store: Store, epoch: int) -> None:
    """Ask for that seal key no longer."""
    store.execute(
        "DELETE FROM anonsms_key_check WHERE power = ? AND version = ?",
        (Power.SEAL.value, epoch),
    )


def noted(store: Store, power: Power) -> list[Row]:
    """Version and value of each key that was noted."""
    return store.query(
        "SELECT version, value FROM anonsms_key_check WHERE power = ?",
        (power.value,),
    )


def _noted_index(store: Store, keys: KeyProvider) -> int:
    """The version of the index key that was noted; 0 if none was."""
    rows = noted(store, Power.INDEX)
    if not rows:
        return 0
    version, value = rows[-1]
    if keys.index_version < version:
        raise _older_ring()
    [ours] = keys.renew_tokens([value], version)
    [made] = keys.tokens([_KNOWN_INPUT])
    if len(rows) != 1 or not hmac.compare_digest(made, ours):
        raise _other_keys(Power.INDEX)
    return int(version)


def _check_index(store: Store, keys: KeyProvider) -> None:
    """The ring makes the tokens that the ledger was written with."""
    version = _noted_index(store, keys)
    if not version and store.query("SELECT 1 FROM anonsms_tree"):
        raise LedgerError(
            "The ledger no longer tells which index key it was written with: "
            "its mark was removed. Restore the database from your backup."
        )
    if not version:
        note_index(store, keys)
    elif keys.index_version > version:
        raise ConfigurationError(
            "The ring has a newer index key than the ledger: a rotation was "
            "begun and not finished. Finish it: open the ledger once with "
            "rotate=True, or run python -m anonsms ledger rotate."
        )


def _check_seal(store: Store, keys: KeyProvider) -> None:
    """The ring opens what each epoch of the ledger has sealed."""
    _open_noted(store, keys)
    if keys.epoch not in dict(noted(store, Power.SEAL)):
        note_epoch(store, keys)


def _open_noted(store: Store, keys: KeyProvider) -> None:
    for epoch, value in noted(store, Power.SEAL):
        if epoch > keys.epoch:
            raise _older_ring()
        try:
            keys.unwrap(value, epoch, _context(epoch))
        except SealError:
            if epoch < keys.epoch:
                raise ConfigurationError(
                    "The ledger has people under a seal key that the ring "
                    "lacks: that was retired, or it is another ring. A "
                    "backup opens with the ring of its time."
                ) from None
            raise _other_keys(Power.SEAL) from None


def _context(epoch: int) -> bytes:
    return bind("anonsms/v1", "key_check", "value", str(epoch))


def _note(store: Store, power: Power, version: int, value: bytes) -> None:
    store.execute(
        "INSERT INTO anonsms_key_check (power, version, value) "
        "VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (power.value, version, value),
    )


def _older_ring() -> ConfigurationError:
    return ConfigurationError(
        "The keys of the ledger were rotated, and this ring is a copy from "
        "before. Load the newest one."
    )


def _other_keys(power: Power) -> ConfigurationError:
    return ConfigurationError(
        f"The ledger was written with another {power} key: with this ring "
        "every opt-out would be overlooked or unreadable. Open it with the "
        "key ring it was made with, KeyRing.load(path)."
    )
