"""Receipts of what the ledger holds, in the standard formats."""

from __future__ import annotations

from datetime import datetime

from anonsms.consent import ConsentEvent, Purpose
from anonsms.errors import ConfigurationError, ConsentError
from anonsms.ledger.book import Book
from anonsms.ledger.moments import aware
from anonsms.receipts import (
    Disclosure,
    consent_receipt,
    consent_record,
    kantara_receipt,
)


class Receipting(Book):
    """The part of :class:`Ledger` that writes receipts."""

    def receipt(  # noqa: PLR0913  # a receipt has as many parts
        self,
        event: ConsentEvent,
        *,
        disclosure: Disclosure,
        form: str = "iso27560",
        purpose: str | Purpose | None = None,
        principal: str = "",
        at: datetime | None = None,
    ) -> dict[str, object]:
        """
        What an event says, and what became of it, for the person to keep.

        Args:
            event: From :meth:`history`.
            disclosure: What the shop tells everybody.
            form: ``"iso27560"`` for a consent receipt in JSON-LD (ISO/IEC
                TS 27560), ``"kantara"`` for the Kantara form v1.1.
            purpose: What the receipt is about, if the event names none.
            principal: What the shop calls the person; the token if nothing.
            at: When the receipt is made, if not now.

        Returns:
            The receipt, ready for :func:`json.dumps`.

        Raises:
            ConfigurationError: The ledger was opened without a controller.
            ConsentError: There is no such form, or the event has no receipt.
        """
        about = self._purposes.find(purpose or event.purpose)
        controller = self._settings.controller
        if controller is None:
            raise ConfigurationError(
                "A receipt names who asked. Open the ledger with "
                'controller=Controller("…").'
            )
        if form == "kantara":
            return kantara_receipt(
                event,
                purpose=about,
                controller=controller,
                disclosure=disclosure,
                principal=principal,
            )
        if form != "iso27560":
            raise ConsentError(
                f"There is no receipt of the form {form!r}; there are "
                '"iso27560" and "kantara".'
            )
        record = consent_record(
            event,
            purpose=about,
            controller=controller,
            disclosure=disclosure,
            later=self._later(event),
            principal=principal,
        )
        return consent_receipt(
            record, at=self.clock() if at is None else aware(at)
        )

    def _later(self, event: ConsentEvent) -> list[ConsentEvent]:
        """What happened to the same person afterwards."""
        told = self._journal.history(self.token_of(event.token))
        places = [
            place for place, each in enumerate(told) if each.id == event.id
        ]
        return told[places[0] + 1 :] if places else []
