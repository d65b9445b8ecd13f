"""Recording what people said."""

# ruff: noqa: PLR0913  # each argument is a fact of its own, by name

from __future__ import annotations

from collections.abc import Mapping
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
from anonsms.ledger.book import Book
from anonsms.ledger.door import Evidence, of_person
from anonsms.ledger.entries.capture import (
    agreed,
    announced,
    published,
    reach,
    refuse_preticked,
)
from anonsms.ledger.events import Draft, facts
from anonsms.ledger.journal import Settle
from anonsms.ledger.moments import past
from anonsms.ledger.texts import one_line, source_of
from anonsms.phone import PhoneNumber


class Recording(Book):
    """
    The recording half of :class:`Ledger`.

    What a method returned from survives a power cut.
    """

    @of_person
    def grant(
        self,
        number: PhoneNumber,
        purpose: str | Purpose,
        *,
        wording: Wording | str,
        source: str | Source,
        at: datetime | None = None,
        preticked: bool = False,
        placement: str = "",
        incentive: str = "",
        policy: str = "",
        evidence: Mapping[str, str] | None = None,
    ) -> ConsentEvent:
        """
        Record that a person said yes, by an act of their own.

        Purposes of any family can be granted: who stopped all texts, parcel
        news too, comes back to them by a grant.

        Args:
            number: Whose yes it is.
            purpose: What for; one grant for each purpose.
            wording: The text the person agreed to; or the id of one that
                was published, if it came in one language.
            source: Where, e.g. ``"checkout"``; see :class:`Source`.
            at: When, if not now.
            preticked: Whether the box was ticked already: then it is
                refused.
            placement: Where on the page the box stood.
            incentive: What was offered for it, e.g. ``"-10 %"``.
            policy: Version of the privacy notice that announces it; a text
                to one of the shop's numbers is consent only with that.
            evidence: Further facts by name, such as the form or the IP
                address; sealed, for they may be personal.

        Raises:
            PretickedBoxError: ``preticked`` is true.
            UnknownWordingError: No text of that id was published.
            UnknownPurposeError: Nobody declared the purpose.
            StaleGrantError: The person withdrew at that time or later.
            ConsentError: The wording is missing, the source unknown, the
                time naive or in the future, or a text cannot be stored.
            InvalidNumberError: ``number`` is no :class:`PhoneNumber`.
        """
        now = self.clock()
        draft = self._agreement(
            EventKind.GRANT,
            purpose,
            now,
            wording=wording,
            source=source,
            at=at,
            preticked=preticked,
            placement=placement,
            incentive=incentive,
            policy=policy,
        )
        return self._append(number, draft, now, evidence)

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
    def oppose(
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
        Record an objection (GDPR Art. 21(2)), which needs no consent before.

        It counts as a stop. As :meth:`withdraw`.
        """
        return self._record(
            EventKind.OBJECTION,
            number,
            purpose,
            scope,
            source=source,
            at=at,
            evidence=evidence,
        )

    def _agreement(
        self,
        kind: EventKind,
        purpose: str | Purpose,
        now: datetime,
        *,
        wording: Wording | str,
        source: str | Source,
        at: datetime | None,
        preticked: bool,
        placement: str,
        incentive: str,
        policy: str,
    ) -> Draft:
        """A yes by an act of the person's own, whether it counts or not."""
        refuse_preticked(preticked=preticked)
        known = self._purposes.find(purpose)
        when = now if at is None else past(at, now)
        from_ = source_of(source)
        return Draft(
            kind=kind,
            scope=Scope.PURPOSE,
            purpose=known.name,
            at=when,
            source=from_,
            wording=self._wording(wording),
            expires_at=expiry(known, when) if kind.gives else None,
            details=facts(
                {
                    "controller": self._controller(),
                    "box": "not ticked beforehand" if from_.form else "",
                    "placement": placement,
                    "incentive": incentive,
                    "policy": announced(policy, from_),
                }
            ),
        )

    def _wording(self, wording: Wording | str) -> Wording:
        """The text itself, or the published one of that id."""
        if isinstance(wording, str):
            return published(self._journal.events.wordings(wording), wording)
        return agreed(wording)

    def _controller(self) -> str:
        """The name that grants are recorded with."""
        controller = self._settings.controller
        return "" if controller is None else controller.name

    def _append(
        self,
        number: PhoneNumber,
        draft: Draft,
        now: datetime,
        evidence: Mapping[str, str] | None,
        settle: Settle | None = None,
    ) -> ConsentEvent:
        sealed = cast("Evidence | None", evidence)
        return self._journal.append(number, draft, now, sealed, settle)

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
        now = self.clock()
        draft = Draft(
            kind=kind,
            scope=reach(name or None, scope),
            purpose=name,
            at=now if at is None else past(at, now),
            source=source_of(source),
            rule=one_line(rule, "rule"),
            details=details,
        )
        return self._append(number, draft, now, evidence)


def expiry(purpose: Purpose, granted: datetime) -> datetime | None:
    """When a grant stops counting, if it does."""
    limit = purpose.valid_for
    return None if limit is None else granted + limit
