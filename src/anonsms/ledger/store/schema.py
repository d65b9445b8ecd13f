"""The schema: the ``.sql`` files that make it, and whose file it is in."""

from __future__ import annotations

import hashlib
import importlib.resources
from collections.abc import Iterator, Sequence
from typing import Final

from attrs import frozen

from anonsms.errors import (
    ConfigurationError,
    ForeignDatabaseError,
    SchemaVersionError,
)


APPLICATION_ID: Final = 0x616E736D
"""Marks a file as a ledger; "ansm" in ASCII."""

APPLIED: Final = "SELECT number, sha256 FROM anonsms_migration ORDER BY number"
"""The files that a database was made with."""

NOTE_APPLIED: Final = (
    "INSERT INTO anonsms_migration (number, name, sha256) VALUES (?, ?, ?)"
)
"""Write down that a file was applied."""


@frozen
class Migration:
    """
    One numbered file.

    Attributes:
        number: Its place; the schema version once it is applied.
        name: The file's name.
        text: The SQL.
    """

    number: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        """Hash of the SQL, recorded where it was applied."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def statements(self) -> Iterator[str]:
        """Its statements, one by one: a script would commit in between."""
        for statement in self.text.split(";\n"):
            if statement.strip():
                yield statement


def migrations(kind: str) -> list[Migration]:
    """
    All files for one kind of database, in order and without a gap.

    Args:
        kind: Names the folder, e.g. ``"sqlite"``.
    """
    folder = importlib.resources.files("anonsms.ledger") / "sql" / kind
    names = sorted(f.name for f in folder.iterdir() if f.name[0].isdigit())
    return [
        Migration(number, name, (folder / name).read_text("utf-8"))
        for number, name in enumerate(names, start=1)
    ]


def missing(
    applied: Sequence[tuple[int, str]],
    available: Sequence[Migration],
    *,
    migrate: bool,
) -> Sequence[Migration]:
    """
    The files that are still to be applied.

    Args:
        applied: Number and hash of those that were, from :data:`APPLIED`.
        available: Those that we have.
        migrate: Whether they may be applied; else none may be missing.

    Raises:
        SchemaVersionError: The database is newer than we are, or was made
            by other files, or is older and must stay so.
    """
    known = {each.number: each for each in available}
    refuse_newer(max((n for n, _ in applied), default=0), len(available))
    for number, sha256 in applied:
        if number not in known or known[number].sha256 != sha256:
            name = known[number].name if number in known else f"{number}"
            raise SchemaVersionError(
                f"The schema file {name} was changed by hand after it "
                "had been applied to this database. Install the anonsms that "
                "the database was made with."
            )
    if len(applied) < len(available) and not migrate:
        raise SchemaVersionError(
            f"The database has schema {len(applied)}; this anonsms needs "
            f"{len(available)}. Open it once with migrate=True."
        )
    return available[len(applied) :]


def refuse_newer(version: int, newest: int) -> None:
    """
    Refuse a schema that we do not know.

    Raises:
        SchemaVersionError: It was written by a newer anonsms.
    """
    if version > newest:
        raise SchemaVersionError(
            f"The database has schema {version}; this anonsms knows up to "
            f"{newest}. Upgrade anonsms."
        )


def refuse_foreign(
    application: int, version: int, tables: int, *, shared: bool
) -> None:
    """
    Refuse a file that is not ours to write to.

    Args:
        application: Its application id; 0 if nobody set one.
        version: Its ``user_version``; 0 if nobody set one.
        tables: How many tables and indexes it has.
        shared: Whether the shop's own tables may be in it.

    Raises:
        ForeignDatabaseError: It belongs to another application.
    """
    if application == APPLICATION_ID:
        return
    if application:
        raise ForeignDatabaseError(
            "The database belongs to another application. The ledger needs "
            "a file of its own: choose another path."
        )
    if (version or tables) and not shared:
        raise ForeignDatabaseError(
            "The database has tables of another application. The ledger "
            "needs a file of its own: choose another path. If it is the "
            "shop's own database, open it with shared=True."
        )


def not_begun() -> ConfigurationError:
    """The error for a caller's connection to a database without a ledger."""
    return ConfigurationError(
        "There are no tables of a ledger where this connection looks. Open "
        "the ledger on this database once by its URL first; that makes them."
    )
