"""Receipts of what the ledger holds, in the standard formats."""

from __future__ import annotations

from datetime import datetime

from anonsms.consent import MARKETING, ConsentEvent, Purpose
from anonsms.errors import ConfigurationError, ConsentError
from anonsms.ledger.moments import aware
from anonsms.ledger.rights.auditing import Auditing
from anonsms.receipts import (
    Disclosure,
    consent_receipt,
    consent_record,
    kantara_receipt,
)


class Receipting(Auditing):
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
            purpose: What the receipt is about, if the event names none;
                marketing, unless you say.
            principal: What the shop calls the person; the token if nothing.
            at: When the receipt is made, if not now.

        Returns:
            The receipt, ready for :func:`json.dumps`.

        Raises:
            ConfigurationError: The ledger was opened without a controller.
            ConsentError: There is no such form, or the event has no receipt.
            LedgerError: The event is not in this ledger.
            SealError: The person was erased.
        """
        event, later = self._story(event)
        about = self._purposes.find(purpose or event.purpose or MARKETING)
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
            later=later,
            principal=principal,
        )
        return consent_receipt(
            record, at=self.clock() if at is None else aware(at)
        )

    def _story(
        self, event: ConsentEvent
    ) -> tuple[ConsentEvent, list[ConsentEvent]]:
        """The event as it is stored, and what happened afterwards."""
        _, row = self._place(event)
        if row is None:
            return event, []
        told = self._journal.history(self._whose(row))
        [place] = [at for at, each in enumerate(told) if each.id == event.id]
        return told[place], told[place + 1 :]
