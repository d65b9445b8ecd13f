"""Ways to a yes beside the ticked box, and what becomes of a yes in time."""

# ruff: noqa: PLR0913  # each argument is a fact of its own, by name

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, cast

from anonsms.consent import (
    ConsentEvent,
    EventKind,
    Family,
    Purpose,
    Scope,
    Source,
    Wording,
)
from anonsms.errors import ConsentError
from anonsms.ledger.door import of_person
from anonsms.ledger.entries.capture import sealed_order
from anonsms.ledger.entries.expiring import expire
from anonsms.ledger.entries.precedent import bought, confirmed, renewed
from anonsms.ledger.entries.publishing import Publishing
from anonsms.ledger.entries.recording import Recording, expiry
from anonsms.ledger.events import Draft, facts
from anonsms.ledger.moments import past
from anonsms.ledger.texts import source_of
from anonsms.masking import Masked
from anonsms.phone import PhoneNumber


ANSWER_WITHIN: Final = timedelta(days=14)
"""How long a double opt-in waits for the answer, unless told otherwise."""


class OptIn(Publishing, Recording):
    """The part of :class:`Ledger` about double and soft opt-in, and time."""

    @of_person
    def ask(
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
        Record the first half of a double opt-in: the box was ticked.

        It changes nothing about where the person stands. Text them one
        question, and :meth:`confirm` when the phone answers. Everything
        that :meth:`grant` refuses is refused here too: somebody who said
        stop is not even asked, unless they ticked the box afterwards.

        Args:
            number: The number that was typed in, perhaps somebody else's.
            purpose: What for.
            wording: The text beside the box; or the id of a published one.
            source: Where, e.g. ``"web form"``.
            at: When, if not now.
            preticked: Whether the box was ticked already.
            placement: Where on the page the box stood.
            incentive: What was offered for it.
            policy: Version of the privacy notice; as for :meth:`grant`.
            evidence: Further facts by name; sealed.

        Raises:
            StaleGrantError: The person withdrew at that time or later.
            ConsentError: And the other errors of :meth:`grant`.
            InvalidNumberError: ``number`` is no :class:`PhoneNumber`.
        """
        now = self.clock()
        draft = self._agreement(
            EventKind.ASKED,
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
    def confirm(
        self,
        number: PhoneNumber,
        purpose: str | Purpose,
        *,
        source: str | Source = Source.SMS,
        at: datetime | None = None,
        within: timedelta = ANSWER_WITHIN,
        evidence: Mapping[str, str] | None = None,
    ) -> ConsentEvent:
        """
        Record the second half: the phone said yes, and consent is given.

        The event has the wording that was asked about, and names the
        question. A question is answered once, and closed by a stop, an
        objection or a pause, also one that is over.

        Args:
            number: Whose phone answered.
            purpose: What was asked about.
            source: How, e.g. ``"sms"`` or ``"link"``.
            at: When, if not now.
            within: How long a question stays open.
            evidence: Such as the provider's id of the answer; sealed.

        Raises:
            ConsentError: No question is open: there was none, it was
                confirmed before, the answer is too late, or the person said
                stop since. Or as for :meth:`withdraw`.
            UnknownPurposeError: Nobody declared the purpose.
            InvalidNumberError: ``number`` is no :class:`PhoneNumber`.
        """
        known = self._purposes.find(purpose)
        now = self.clock()
        draft = Draft(
            kind=EventKind.CONFIRMED,
            scope=Scope.PURPOSE,
            purpose=known.name,
            at=now if at is None else past(at, now),
            source=source_of(source),
        )
        settle = functools.partial(confirmed, purpose=known, within=within)
        return self._append(number, draft, now, evidence, settle)

    @of_person
    def renew(
        self,
        number: PhoneNumber,
        purpose: str | Purpose,
        *,
        source: str | Source,
        at: datetime | None = None,
        wording: Wording | str | None = None,
        evidence: Mapping[str, str] | None = None,
    ) -> ConsentEvent:
        """
        Record that a person said again what counts, or did until it expired.

        Expiry is counted anew. A renewal never lifts a stop.

        Args:
            number: Whose consent.
            purpose: What for.
            source: Where they said so, e.g. ``"account"``.
            at: When, if not now.
            wording: The text, if it is another than that of the consent
                that is renewed.
            evidence: Further facts by name; sealed.

        Raises:
            ConsentError: The person stood neither given nor expired then,
                or only because they bought something. Or as for
                :meth:`withdraw`.
            StaleGrantError: The person withdrew later.
            UnknownPurposeError: Nobody declared the purpose.
            UnknownWordingError: No text of that id was published.
            InvalidNumberError: ``number`` is no :class:`PhoneNumber`.
        """
        known = self._purposes.find(purpose)
        now = self.clock()
        when = now if at is None else past(at, now)
        draft = Draft(
            kind=EventKind.RENEWAL,
            scope=Scope.PURPOSE,
            purpose=known.name,
            at=when,
            source=source_of(source),
            expires_at=expiry(known, when),
            details=facts({"controller": self._controller()}),
        )
        text = None if wording is None else self._wording(wording)
        settle = functools.partial(renewed, purpose=known, wording=text)
        return self._append(number, draft, now, evidence, settle)

    @of_person
    def soft_opt_in(
        self,
        number: PhoneNumber,
        purpose: str | Purpose,
        *,
        order: str,
        refusal_offered: Wording | str,
        source: str | Source,
        at: datetime | None = None,
        evidence: Mapping[str, str] | None = None,
    ) -> ConsentEvent:
        """
        Record that somebody bought, and did not refuse offers.

        For own similar products only, and only in countries that the ledger
        was opened for with ``soft_opt_in=``. Each text must offer the
        refusal again (2002/58/EC Art. 13(2)).

        Args:
            number: The customer's, given in the course of the sale.
            purpose: What for; of the marketing family.
            order: The order's reference; sealed.
            refusal_offered: The text by which refusing was offered when the
                number was asked for; or the id of a published one.
            source: Where, e.g. ``"checkout"``.
            at: When it was bought, if not now.
            evidence: Further facts by name; sealed.

        Raises:
            ConsentError: The country is not switched on, the purpose is no
                marketing, the order or the text is missing, or the person
                refused before and said no explicit yes since. Or as for
                :meth:`withdraw`.
            StaleGrantError: The person withdrew at that time or later.
            UnknownPurposeError: Nobody declared the purpose.
            UnknownWordingError: No text of that id was published.
            InvalidNumberError: ``number`` is no :class:`PhoneNumber`.
        """
        known = self._purposes.find(purpose)
        if known.family is not Family.MARKETING:
            raise ConsentError(
                f"Texts of the purpose {known.name!r} need no consent, so "
                "a purchase cannot stand in for it. Name a purpose of the "
                "marketing family."
            )
        if number.region not in self._settings.soft_opt_in:
            raise ConsentError(
                "In the country of this number the shop has not switched on "
                "soft opt-in. Ask for consent, or, if a lawyer agrees, name "
                'the country: open_ledger(..., soft_opt_in=["PL"]).'
            )
        if not refusal_offered:
            raise ConsentError(
                "A purchase counts only if refusing was offered when the "
                "number was asked for. Pass the text that offered it: "
                "refusal_offered=Wording(...)."
            )
        now = self.clock()
        when = now if at is None else past(at, now)
        draft = Draft(
            kind=EventKind.SOFT_OPT_IN,
            scope=Scope.PURPOSE,
            purpose=known.name,
            at=when,
            source=source_of(source),
            wording=self._wording(refusal_offered),
            expires_at=expiry(known, when),
            details=facts({"controller": self._controller()}),
        )
        # The country is told by the number, so it is sealed as well.
        sealed = sealed_order(
            cast("Masked", order), evidence, country=number.region or ""
        )
        settle = functools.partial(bought, purpose=known)
        return self._append(number, draft, now, sealed, settle)

    def expire(self, purpose: str | Purpose | None = None) -> int:
        """
        Record the end of all grants that have run out; for a nightly job.

        Nobody's standing hangs on it, for the clock ends grants by itself:
        it is for the record. Each end is recorded once, with the time when
        the grant ran out. 1,000 are committed at a time; a run that was cut
        short goes on where it was. A key ring that can only ask will do.

        Args:
            purpose: The only one to look at, if not all.

        Returns:
            How many were recorded.

        Raises:
            UnknownPurposeError: Nobody declared the purpose.
        """
        only = None if purpose is None else self._purposes.find(purpose)
        return expire(self.store, self._journal, only, self.clock())
