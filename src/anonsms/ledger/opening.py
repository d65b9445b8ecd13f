"""Opening a ledger: the database, the keys that fit it, the purposes."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from anonsms.consent import Purpose
from anonsms.errors import ConfigurationError, SealError
from anonsms.keys import KEY_SIZE, KeyProvider, Power, bind
from anonsms.ledger.ledger import Ledger
from anonsms.ledger.purposes import Purposes
from anonsms.ledger.store import Store
from anonsms.ledger.store.sqlite import SqliteStore


_SCHEME = "sqlite://"
_IN_MEMORY = ("", "/", "/:memory:")

# Not a number, so that it is the token of nobody.
_KNOWN_INPUT: Final = "anonsms/key-check/v1"
_KNOWN_KEY: Final = bytes(KEY_SIZE)


def open_ledger(
    url: str,
    keys: KeyProvider,
    *,
    purposes: Iterable[Purpose] = (),
    clock: Callable[[], datetime] | None = None,
) -> Ledger:
    """
    Open a ledger, or begin one.

    Args:
        url: ``"sqlite:///shop.db"`` for a file beside the program,
            ``"sqlite:////var/lib/shop.db"`` for one at an absolute path,
            ``"sqlite://"`` for one in memory, which is gone when closed.
        keys: The shop's :class:`KeyRing`, the same one for ever. With one
            restricted to ``"index"`` the ledger can be asked and counted.
        purposes: The shop's own, beside the built-in ``MARKETING``,
            ``SERVICE`` and ``SECURITY``. They are kept in the ledger. One
            that is declared again with another time limit has the new one,
            for grants recorded from then on by whoever opens it afterwards.
        clock: Tells the time, as an aware datetime; the system's if none.

    Raises:
        ConfigurationError: The URL is of another kind, the key ring is not
            the ledger's, or a purpose cannot be declared.
        ForeignDatabaseError: The file belongs to another application.
        SchemaVersionError: The file was written by a newer anonsms.
        LedgerError: The file cannot be opened.

    >>> from anonsms.keys import KeyRing
    >>> open_ledger("sqlite://", KeyRing.generate())
    <Ledger sqlite 0 people>
    """
    if Power.INDEX not in keys.powers:
        raise ConfigurationError(
            "A ledger finds people by the index key, and this ring has none. "
            'Restrict it to "index" as well.'
        )
    store = SqliteStore(_path(url))
    try:
        with store.transaction():
            _check_index(store, keys)
            if Power.SEAL in keys.powers:
                _check_seal(store, keys)
        known = Purposes(store, purposes)
    except BaseException:
        store.close()
        raise
    return Ledger(store, keys, known, clock or _system_clock)


def _system_clock() -> datetime:
    return datetime.now(UTC)


def _path(url: str) -> Path | None:
    if not url.startswith(_SCHEME):
        raise ConfigurationError(
            "A ledger's URL is sqlite:///name.db, sqlite:////absolute/path.db "
            "or sqlite:// (in memory). This one begins otherwise."
        )
    rest = url.removeprefix(_SCHEME)
    if rest in _IN_MEMORY:
        return None
    if not rest.startswith("/"):
        raise ConfigurationError(
            "A ledger's URL has three slashes before a relative path "
            "(sqlite:///name.db) and four before an absolute one."
        )
    return Path(rest[1:])


def _check_index(store: Store, keys: KeyProvider) -> None:
    """The ring makes the tokens that the ledger was written with."""
    version = keys.index_version
    [value] = keys.tokens([_KNOWN_INPUT])
    rows = store.query(
        "SELECT version, value FROM key_check WHERE power = ?",
        (Power.INDEX.value,),
    )
    if not rows:
        _note(store, Power.INDEX, version, value)
    elif len(rows) != 1 or not (
        rows[0][0] == version and hmac.compare_digest(rows[0][1], value)
    ):
        raise _other_keys(Power.INDEX)


def _check_seal(store: Store, keys: KeyProvider) -> None:
    """The ring opens what each epoch of the ledger has sealed."""
    rows = store.query(
        "SELECT version, value FROM key_check WHERE power = ?",
        (Power.SEAL.value,),
    )
    for epoch, value in rows:
        try:
            keys.unwrap(value, epoch, _context(epoch))
        except SealError:
            raise _other_keys(Power.SEAL) from None
    epoch = keys.epoch
    if epoch not in dict(rows):
        [value] = keys.wrap([_KNOWN_KEY], [_context(epoch)])
        _note(store, Power.SEAL, epoch, value)


def _context(epoch: int) -> bytes:
    return bind("anonsms/v1", "key_check", "value", str(epoch))


def _note(store: Store, power: Power, version: int, value: bytes) -> None:
    store.execute(
        "INSERT INTO key_check (power, version, value) VALUES (?, ?, ?)",
        (power.value, version, value),
    )


def _other_keys(power: Power) -> ConfigurationError:
    return ConfigurationError(
        f"The ledger was written with another {power} key: with this ring "
        "every opt-out would be overlooked or unreadable. Open it with the "
        "key ring it was made with, KeyRing.load(path)."
    )
