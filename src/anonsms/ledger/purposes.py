"""The purposes a ledger knows; kept in the database, for all processes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

from anonsms.consent import MARKETING, SECURITY, SERVICE, Family, Purpose
from anonsms.errors import (
    ConfigurationError,
    LedgerError,
    UnknownPurposeError,
)
from anonsms.ledger.store import Store
from anonsms.masking import dialable


BUILT_IN: Final = (MARKETING, SERVICE, SECURITY)
_RESERVED: Final = frozenset(purpose.name for purpose in BUILT_IN)

# "~" begins the names of the ledger's own base rows.
_NAME = re.compile(r"[a-z0-9][a-z0-9 ._-]{0,62}")
_FAMILIES: Final = frozenset(family.value for family in Family)
_MICROSECOND = timedelta(microseconds=1)


class Purposes:
    """
    The built-in purposes, and those declared since the ledger was begun.

    A purpose's family decides how far an opt-out reaches, so each process
    must know the purposes that the others declared: they are kept in the
    database.

    Args:
        store: Where they are kept.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Purpose] = {}

    def declare(
        self, own: Iterable[Purpose], note: Callable[[Purpose], object]
    ) -> None:
        """
        Declare a shop's own purposes, inside an open transaction.

        Args:
            own: The purposes, beside the built-in ones.
            note: Puts a declaration that is new on record.

        Raises:
            ConfigurationError: A name cannot be used, is built in, or was
                declared before with another family.
        """
        declared = (*BUILT_IN, *map(_fit, own))
        self._load()
        for purpose in declared:
            if self._known.get(purpose.name) != purpose:
                self._declare(purpose)
                note(purpose)

    def find(self, purpose: str | Purpose) -> Purpose:
        """
        The purpose of that name.

        Raises:
            UnknownPurposeError: Nobody declared it, or it was declared
                otherwise.
        """
        if not isinstance(purpose, str | Purpose):
            raise UnknownPurposeError(
                "A purpose is named by text or by a Purpose; this was a "
                f"{type(purpose).__name__}.",
                purpose="",
            )
        name = purpose if isinstance(purpose, str) else purpose.name
        if name not in self._known:
            self._load()  # another process may have declared it since
        found = self._known.get(name)
        if found is None:
            known = ", ".join(sorted(self._known))
            if dialable(name):  # the arguments were taken one for another
                del purpose
                name = "something like a number"
            raise UnknownPurposeError(
                f"No purpose is called {name!r}; known are: {known}. Declare "
                "it: open_ledger(url, keys, purposes=[Purpose(...)]).",
                purpose=name,
            )
        if isinstance(purpose, Purpose) and purpose != found:
            raise UnknownPurposeError(
                f"The purpose {name!r} was declared with another family or "
                "time limit. Use the declared one, or another name.",
                purpose=name,
            )
        return found

    def _load(self) -> None:
        rows = self._store.query(
            "SELECT name, family, valid_for FROM anonsms_purpose"
        )
        for name, family, valid_for in rows:
            limit = None if valid_for is None else valid_for * _MICROSECOND
            if family not in _FAMILIES:
                raise LedgerError(
                    "A purpose in the database is of a family that nobody "
                    "can have declared: the row was changed. Run verify(), "
                    "and restore the database from your backup."
                )
            self._known[name] = Purpose(name, Family(family), limit)

    def _declare(self, purpose: Purpose) -> None:
        before = self._known.get(purpose.name)
        if before is not None and before.family is not purpose.family:
            raise ConfigurationError(
                f"The purpose {purpose.name!r} is recorded as "
                f"{before.family}; it cannot become {purpose.family}, for "
                "people said yes to the former. Declare another name."
            )
        self._store.execute(
            "INSERT INTO anonsms_purpose (name, family, valid_for) "
            "VALUES (?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET valid_for = excluded.valid_for",
            (
                purpose.name,
                purpose.family.value,
                limit_of(purpose),
            ),
        )
        self._known[purpose.name] = purpose


def limit_of(purpose: Purpose) -> int | None:
    """How long a grant counts, in microseconds, as stored."""
    limit = purpose.valid_for
    return None if limit is None else limit // _MICROSECOND


def _fit(purpose: object) -> Purpose:
    if not isinstance(purpose, Purpose):
        raise ConfigurationError(
            "A ledger's purposes are declared as a list of Purpose: "
            'purposes=[Purpose("news", "marketing")].'
        )
    if not _NAME.fullmatch(str(purpose.name)):
        raise ConfigurationError(
            f"{purpose.name!r} cannot name a purpose. Use up to 63 "
            "small letters, digits, spaces, dots and dashes."
        )
    if purpose not in BUILT_IN and purpose.name in _RESERVED:
        raise ConfigurationError(
            f"The purpose {purpose.name!r} is built in, with a family "
            "and a time limit that other parts rely on. Declare "
            "yours under another name."
        )
    return purpose
