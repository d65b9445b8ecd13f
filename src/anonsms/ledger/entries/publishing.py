"""The texts that people agree to: on record before they are shown."""

from __future__ import annotations

from anonsms.consent import ConsentEvent, EventKind, Wording
from anonsms.errors import UnknownWordingError
from anonsms.ledger.book import Book
from anonsms.ledger.entries.capture import agreed, published
from anonsms.ledger.keycheck import refuse_reader


class Publishing(Book):
    """The part of :class:`Ledger` about wordings."""

    def publish(self, wording: Wording) -> ConsentEvent:
        """
        Put a consent text on record, best before it is first shown.

        A grant does so too, but then the record is no older than the grant.
        Publishing the same text again records nothing.

        Args:
            wording: The text; see :func:`anonsms.check_wording`.

        Returns:
            The event of its first publication.

        Raises:
            ConsentError: Another text has that id, version and language, or
                it is no text that can be stored.
        """
        refuse_reader(self._keys)
        agreed(wording)
        now = self.clock()
        told = {
            ("id", wording.id),
            ("version", wording.version),
            ("language", wording.language),
        }
        with self.store.transaction():
            self._journal.events.publish(wording, now)
            shown = next(
                event
                for event in self._journal.events.about_nobody()
                if event.kind is EventKind.PUBLISHED
                and told <= set(event.details)
            )
        self._journal.tree.integrate_if_due()
        return shown

    def wording(
        self, id_: str, language: str | None = None, version: str | None = None
    ) -> Wording:
        """
        A text that was published, in its newest version unless named.

        Args:
            id_: The text's id.
            language: BCP 47 tag; needed if there are several.
            version: An older one, as people agreed to it then.

        Raises:
            UnknownWordingError: There is none, or several languages have it.
        """
        known = self._journal.events.wordings(id_)
        fitting = [
            each
            for each in known
            if language in (None, each.language)
            and version in (None, each.version)
        ]
        if known and not fitting:
            there = ", ".join(f"{e.language} {e.version}" for e in known)
            raise UnknownWordingError(
                f"The text {id_!r} was not published in that language and "
                f"version. There are: {there}."
            )
        return published(fitting, id_)

    def wordings(self) -> list[Wording]:
        """All texts that were published, in all versions, oldest first."""
        rows = self.store.query(
            "SELECT id, version, language, text FROM anonsms_wording "
            "ORDER BY seq"
        )
        return [Wording(*row) for row in rows]
