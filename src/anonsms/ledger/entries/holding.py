"""Holding texts back, and letting them go again."""

# ruff: noqa: PLR0913  # each argument is a fact of its own, by name

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from anonsms.consent import (
    ConsentEvent,
    EventKind,
    Purpose,
    Scope,
    Source,
    Status,
)
from anonsms.ledger.door import of_person
from anonsms.ledger.entries.recording import Recording
from anonsms.ledger.events import Draft, facts
from anonsms.ledger.keycheck import refuse_reader
from anonsms.ledger.lastword import last_word
from anonsms.ledger.standings import ALL_BASE
from anonsms.ledger.store import Hold
from anonsms.ledger.texts import one_line, said
from anonsms.phone import PhoneNumber


class Holding(Recording):
    """The part of :class:`Ledger` between a yes and a stop."""

    @of_person
    def pause(
        self,
        number: PhoneNumber,
        purpose: str | Purpose | None = None,
        *,
        scope: str | Scope | None = None,
        source: str | Source,
        at: datetime | None = None,
        rule: str = "",
        evidence: Mapping[str, str] | None = None,
    ) -> ConsentEvent:
        """
        Hold back: perhaps it was a stop. As :meth:`withdraw`.

        With ``Scope.ALL`` it holds back parcel news too. Who said stop
        already stays so.
        """
        return self._record(
            EventKind.PAUSED,
            number,
            purpose,
            scope,
            source=source,
            at=at,
            rule=rule,
            evidence=evidence,
        )

    @of_person
    def resume(
        self,
        number: PhoneNumber,
        purpose: str | Purpose | None = None,
        *,
        scope: str | Scope | None = None,
        source: str | Source,
        at: datetime | None = None,
        evidence: Mapping[str, str] | None = None,
    ) -> ConsentEvent:
        """
        End a pause that was no stop. As :meth:`withdraw`.

        The person stands where they stood before the pause.
        """
        return self._record(
            EventKind.RESUMED,
            number,
            purpose,
            scope,
            source=source,
            at=at,
            evidence=evidence,
        )

    @of_person
    def reopen(
        self,
        number: PhoneNumber,
        purpose: str | Purpose | None = None,
        *,
        scope: str | Scope | None = None,
        source: str | Source,
        at: datetime | None = None,
        rule: str = "",
        evidence: Mapping[str, str] | None = None,
    ) -> ConsentEvent:
        """
        The person wants texts again ("START"): ask for consent anew.

        It grants nothing. As :meth:`withdraw`.
        """
        return self._record(
            EventKind.REOPENED,
            number,
            purpose,
            scope,
            source=source,
            at=at,
            rule=rule,
            evidence=evidence,
        )

    def stop_known(self, token: bytes, *, rule: str) -> bool:
        """
        Record that the provider blocks somebody, of whom it told no number.

        Args:
            token: Whose; the outbox has it.
            rule: By which word of the provider.

        Returns:
            Whether it was recorded: not if nobody of that token is on
            record, or if they left altogether already.
        """
        refuse_reader(self._keys)
        now = self.clock()
        draft = Draft(
            kind=EventKind.WITHDRAWAL,
            scope=Scope.ALL,
            purpose="",
            at=now,
            source=Source.PROVIDER,
            rule=one_line(rule, "rule"),
        )
        journal = self._journal
        with self.store.transaction():
            self.store.hold(Hold.PERSON, token)
            rows = journal.standings.of(token)
            base = rows.get(ALL_BASE)
            if not rows or (
                base is not None and base.state.status is Status.WITHDRAWN
            ):
                return False
            said_now = last_word(draft, now, rows)
            journal.append_known([(token, said_now)], {token: rows}, now)
        journal.tree.integrate_if_due()
        return True

    @of_person
    def suppress(
        self,
        number: PhoneNumber,
        reason: str,
        *,
        source: str | Source,
        at: datetime | None = None,
        evidence: Mapping[str, str] | None = None,
    ) -> ConsentEvent:
        """
        Never text this number again, whatever the consent.

        Args:
            number: Which.
            reason: Why, in words that tell nothing of the person.
            source: Who says so, e.g. ``"staff"``.
            at: When, if not now.
            evidence: Further facts by name; sealed.

        Raises:
            ConsentError: The reason is empty, or as for :meth:`withdraw`.
        """
        return self._record(
            EventKind.SUPPRESSED,
            number,
            None,
            Scope.ALL,
            source=source,
            at=at,
            details=facts({"reason": said(reason, "reason")}),
            evidence=evidence,
        )

    @of_person
    def release(
        self,
        number: PhoneNumber,
        reason: str,
        *,
        source: str | Source,
        at: datetime | None = None,
        evidence: Mapping[str, str] | None = None,
    ) -> ConsentEvent:
        """Lift a suppression. As :meth:`suppress`; consent is as it was."""
        return self._record(
            EventKind.RELEASED,
            number,
            None,
            Scope.ALL,
            source=source,
            at=at,
            details=facts({"reason": said(reason, "reason")}),
            evidence=evidence,
        )
