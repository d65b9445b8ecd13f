"""Opening a ledger: the database, the keys that fit it, the purposes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from anonsms.consent import Controller, EventKind, Purpose, Scope, Source
from anonsms.errors import ConfigurationError
from anonsms.keys import KeyProvider
from anonsms.ledger.events import Draft, facts
from anonsms.ledger.journal import Journal
from anonsms.ledger.keycheck import check_keys, check_successor, refuse_reader
from anonsms.ledger.ledger import Ledger
from anonsms.ledger.moments import aware
from anonsms.ledger.proofs.checkpoint import CheckpointSink
from anonsms.ledger.purposes import Purposes, limit_of
from anonsms.ledger.settings import Settings
from anonsms.ledger.store import Store
from anonsms.ledger.store.sqlite import SqliteStore


_SCHEME: Final = "sqlite://"
_IN_MEMORY: Final = ("", "/", "/:memory:")
_POSTGRES: Final = ("postgresql://", "postgres://")


def open_ledger(  # noqa: PLR0913
    url: str | Store,
    keys: KeyProvider,
    *,
    purposes: Iterable[Purpose] = (),
    controller: Controller | None = None,
    soft_opt_in: Iterable[str] = (),
    sinks: Iterable[CheckpointSink] = (),
    origin: str = "",
    migrate: bool = True,
    shared: bool = False,
    rotate: bool = False,
    clock: Callable[[], datetime] | None = None,
) -> Ledger:
    """
    Open a ledger, or begin one.

    Args:
        url: ``"sqlite:///shop.db"`` for a file beside the program,
            ``"sqlite:////var/lib/shop.db"`` for one at an absolute path,
            ``"sqlite://"`` for one in memory, which is gone when closed;
            ``"postgresql://user@host/shop"`` for a database on a server.
            Or a :class:`Store` of somebody else's that has the tables.
        keys: The shop's :class:`KeyRing`, the same one for ever. With one
            restricted to ``"index"`` the ledger can be asked and counted.
        purposes: The shop's own, beside the built-in ``MARKETING``,
            ``SERVICE`` and ``SECURITY``. They are kept in the ledger. One
            that is declared again with another time limit has the new one,
            for grants recorded from then on by whoever opens it afterwards.
        controller: The company that consent is given to; recorded with each
            grant, and needed for receipts.
        soft_opt_in: Countries, such as ``"PL"``, for whose customers a
            purchase may stand in for consent (2002/58/EC Art. 13(2)). Ask a
            lawyer; none unless named.
        sinks: Where signed checkpoints go, see :class:`CheckpointFile`.
        origin: Names the ledger in checkpoints, such as
            ``"shop.example/consent"``; a random name if none. It cannot be
            changed later.
        migrate: Whether to make tables that are missing. Without it the
            tables are only checked.
        shared: The database is the shop's own, with other tables in it.
        rotate: The ring was made from the ledger's own by
            ``keys.rotate(...)``: go over to it, as :meth:`Ledger.rotate`
            does. Also how a rotation is finished that was cut short.
        clock: Tells the time, as an aware datetime; the system's if none.

    Raises:
        ConfigurationError: The URL is of another kind, the key ring is not
            the ledger's, or a purpose cannot be declared.
        ForeignDatabaseError: The file belongs to another application.
        SchemaVersionError: The tables are those of another anonsms.
        LedgerError: The database cannot be opened.

    >>> from anonsms.keys import KeyRing
    >>> open_ledger("sqlite://", KeyRing.generate())
    <Ledger sqlite 0 people>
    """
    settings = Settings(
        clock=clock or _system_clock,
        controller=controller,
        soft_opt_in=soft_opt_in,
        sinks=sinks,
    )
    store = _store(url, migrate=migrate, shared=shared)
    try:
        with store.transaction():
            if not rotate or not check_successor(store, keys):
                check_keys(store, keys)
            known = Purposes(store)
            journal = Journal(store, keys, known)
            journal.tree.begin(origin or f"anonsms/{os.urandom(16).hex()}")
            now = aware(settings.clock())

            def put_on_record(purpose: Purpose) -> None:
                refuse_reader(keys)
                journal.note(None, _declared(purpose, now), b"", now)

            known.declare(purposes, put_on_record)
            _check_origin(origin, journal.tree.origin)
    except BaseException:
        store.close()
        raise
    ledger = Ledger(store, keys, known, settings)
    if rotate:
        try:
            ledger.rotate(keys)
        except BaseException:
            ledger.close()
            raise
    return ledger


def _declared(purpose: Purpose, now: datetime) -> Draft:
    limit = limit_of(purpose)
    return Draft(
        kind=EventKind.DECLARED,
        scope=Scope.PURPOSE,
        purpose=purpose.name,
        at=now,
        source=Source.STAFF,
        details=facts(
            {
                "family": purpose.family.value,
                "valid_for": "" if limit is None else str(limit),
            }
        ),
    )


def _check_origin(asked: str, begun: str) -> None:
    if asked and asked != begun:
        raise ConfigurationError(
            "The ledger was begun under another origin, and checkpoints of "
            "both would not fit together. Open it without origin=."
        )


def _system_clock() -> datetime:
    return datetime.now(UTC)


def _store(url: str | Store, *, migrate: bool, shared: bool) -> Store:
    if not isinstance(url, str):
        if not hasattr(url, "transaction"):
            raise ConfigurationError(
                "A ledger is opened by its URL, such as sqlite:///shop.db, "
                f"or on a Store; this was a {type(url).__name__}."
            )
        return url
    if url.startswith(_POSTGRES):
        # Here, so that SQLite alone needs no driver of another database.
        from anonsms.ledger.store.postgres import (  # noqa: PLC0415
            PostgresStore,
        )

        return PostgresStore(url, migrate=migrate)
    return SqliteStore(_path(url), migrate=migrate, shared=shared)


def _path(url: str) -> Path | None:
    if not url.startswith(_SCHEME):
        raise ConfigurationError(
            "A ledger's URL is sqlite:///name.db, sqlite:////absolute/path.db "
            "or sqlite:// (in memory), or begins with postgresql://. This "
            "one begins otherwise."
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
