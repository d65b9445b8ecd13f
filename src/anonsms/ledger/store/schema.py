"""The schema: the ``.sql`` files that make it, and whose file it is in."""

from __future__ import annotations

import hashlib
import importlib.resources
from collections.abc import Iterator
from typing import Final

from attrs import frozen

from anonsms.errors import ForeignDatabaseError, SchemaVersionError


APPLICATION_ID: Final = 0x616E736D
"""Marks a file as a ledger; "ansm" in ASCII."""


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


def refuse_foreign(
    application: int, version: int, tables: int, *, newest: int
) -> None:
    """
    Refuse a file that is not ours to write to.

    Args:
        application: Its application id; 0 in a new file.
        version: Its schema version; 0 in a new file.
        tables: How many tables and indexes it has.
        newest: The newest schema version that we know.

    Raises:
        ForeignDatabaseError: It belongs to another application.
        SchemaVersionError: It was written by a newer anonsms.
    """
    if application != APPLICATION_ID and (application or version or tables):
        raise ForeignDatabaseError(
            "The database belongs to another application. The ledger needs "
            "a file of its own: choose another path."
        )
    if version > newest:
        raise SchemaVersionError(
            f"The database has schema {version}; this anonsms knows up to "
            f"{newest}. Upgrade anonsms."
        )
