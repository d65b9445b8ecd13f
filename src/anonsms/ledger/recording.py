"""Recording what people said."""

# ruff: noqa: PLR0913  # each argument is a fact of its own, by name

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import cast

from anonsms.consent import (
    ConsentEvent,
    EventKind,
    Purpose,
    Scope,
    Source,
    Wording,
)
from anonsms.ledger.capture import (
    agreed,
    plain,
    reach,
    refuse_preticked,
    said,
    source_of,
)
from anonsms.ledger.door import Evidence, of_person
from anonsms.ledger.events import Draft, facts
from anonsms.ledger.journal import Journal
from anonsms.ledger.moments import aware, past
from anonsms.ledger.purposes import Purposes
from anonsms.phone import PhoneNumber


class Recording:
    """
    The recording half of :class:`Ledger`.

    What a method returned from survives a power cut.
    """

    def __init__(
        self,
        journal: Journal,
        purposes: Purposes,
        clock: Callable[[], datetime],
    ) -> None:
        self._journal = journal
        self._purposes = purposes
        self._clock = clock

    @of_person
    def grant(
        self,
        number: PhoneNumber,
        purpose: str | Purpose,
        *,
        wording: Wording,
        source: str | Source,
        at: datetime | None = None,
        preticked: bool = False,
        placement: str = "",
        incentive: str = "",
        evidence: Mapping[str, str] | None = None,
    ) -> ConsentEvent:
        """
        Record that a person said yes, by an act of their own.

        Purposes of any family can be granted: who stopped all texts, parcel
        news too, comes back to them by a grant.

        Args:
            number: Whose yes it is.
            purpose: What for; one grant for each purpose.
            wording: The text the person agreed to.
            source: Where, e.g. ``"checkout"``; see :class:`Source`.
            at: When, if not now.
            preticked: Whether the box was ticked already: then it is
                refused.
            placement: Where on the page the box stood.
            incentive: What was offered for it, e.g. ``"-10 %"``.
            evidence: Further facts by name, such as the form or the IP
                address; sealed, for they may be personal.

        Raises:
            PretickedBoxError: ``preticked`` is true.
            UnknownPurposeError: Nobody declared the purpose.
            StaleGrantError: The person withdrew at that time or later.
            ConsentError: The wording is missing, the source unknown, the
                time naive or in the future, or a text cannot be stored.
            InvalidNumberError: ``number`` is no :class:`PhoneNumber`.
        """
        refuse_preticked(preticked=preticked)
        known = self._purposes.find(purpose)
        now = self._now()
        when = now if at is None else past(at, now)
        draft = Draft(
            kind=EventKind.GRANT,
            scope=Scope.PURPOSE,
            purpose=known.name,
            at=when,
            source=source_of(source),
            wording=agreed(wording),
            expires_at=expiry(known, when),
            details=facts({"placement": placement, "incentive": incentive}),
        )
        return self._journal.append(
            number, draft, now, cast("Evidence | None", evidence)
        )

    @of_person
    def withdraw(
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
        Record a stop, also of a number never heard of before.

        Args:
            number: Who said stop.
            purpose: The one purpose it is about; without one, and without
                ``scope``, it is about all marketing.
            scope: ``Scope.ALL`` for every text of this shop.
            source: Where it came from, e.g. ``"sms"``.
            at: When, if not now. A stop that is said now counts as newer
                than all that is on record, whatever the clocks say.
            rule: Id of the rule that read the reply.
            evidence: Further facts by name; sealed.

        Raises:
            UnknownPurposeError: Nobody declared the purpose.
            ConsentError: The source or the scope is unknown, the time naive
                or in the future, or a text cannot be stored.
            InvalidNumberError: ``number`` is no :class:`PhoneNumber`.
        """
        return self._record(
            EventKind.WITHDRAWAL,
            number,
            purpose,
            scope,
            source=source,
            at=at,
            rule=rule,
            evidence=evidence,
        )

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

    def _now(self) -> datetime:
        return aware(self._clock())

    def _record(
        self,
        kind: EventKind,
        number: PhoneNumber,
        purpose: str | Purpose | None,
        scope: str | Scope | None,
        *,
        source: str | Source,
        at: datetime | None,
        rule: str = "",
        details: tuple[tuple[str, str], ...] = (),
        evidence: Mapping[str, str] | None,
    ) -> ConsentEvent:
        known = None if purpose is None else self._purposes.find(purpose)
        name = "" if known is None else known.name
        now = self._now()
        draft = Draft(
            kind=kind,
            scope=reach(name or None, scope),
            purpose=name,
            at=now if at is None else past(at, now),
            source=source_of(source),
            rule=plain(rule, "rule"),
            details=details,
        )
        return self._journal.append(
            number, draft, now, cast("Evidence | None", evidence)
        )


def expiry(purpose: Purpose, granted: datetime) -> datetime | None:
    """When a grant stops counting, if it does."""
    limit = purpose.valid_for
    return None if limit is None else granted + limit
