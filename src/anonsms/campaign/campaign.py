"""A campaign: one template, one purpose, one audience, nobody twice."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Final

from anonsms.audience import Audience, Contact
from anonsms.campaign.dispatch import (
    Dispatch,
    fit_to_send,
    intent_of,
)
from anonsms.campaign.outbox import Intent, Outbox
from anonsms.campaign.plan import Plan
from anonsms.campaign.planning import Planner, chunks
from anonsms.campaign.report import Report
from anonsms.campaign.screening import screen
from anonsms.campaign.settling import Settling
from anonsms.campaign.wiring import Wiring
from anonsms.consent import Purpose
from anonsms.display import progress as progress_bar
from anonsms.errors import CampaignError, TransportError
from anonsms.gate import Budget, Case
from anonsms.message import (
    Accepted,
    NotSent,
    Outcome,
    Rejected,
    Uncertain,
)
from anonsms.template import Template


_ASKED_AT_ONCE: Final = 200


class Campaign:
    """
    One text for many people, each of them alone.

    Made by :meth:`anonsms.Messenger.campaign`. The id stands for the text:
    running it again goes on where it stopped and texts nobody twice, in
    this process or another one.

    Attributes:
        id: The shop's own name for it.
        template: What people get.
        audience: Who is considered.
        purpose: What the texts are for.
        budget: Limits that the shop set itself.
    """

    def __init__(  # noqa: PLR0913 - the parts of a campaign
        self,
        wiring: Wiring,
        id: str,  # noqa: A002 - the field's own name for it
        template: Template,
        *,
        audience: Audience,
        purpose: Purpose,
        budget: Budget,
    ) -> None:
        if not id.strip() or id.startswith("~"):
            raise CampaignError(
                "A campaign's id is a text of your own, such as "
                "'soldes-2026'; ids that begin with ~ are taken by anonsms."
            )
        self.id = id
        self.template = template
        self.audience = audience
        self.purpose = purpose
        self.budget = budget
        self._wiring = wiring
        self._terms = wiring.terms(template, purpose, budget=budget, bulk=True)
        store = wiring.ledger.store
        self._outbox = Outbox(store, id, wiring.prices.currency)
        self._dispatch = Dispatch(
            wiring.transport, self._outbox, wiring.ledger, wiring.clock
        )
        self._refused: Counter[str] = Counter()

    def plan(self) -> Plan:
        """
        Ask for everybody what would happen now, and send nothing.

        Whoever has had the campaign already counts as refused by
        ``duplicate.sent``.
        """
        return Planner(self.template, self._terms).plan(
            self.id,
            self._wiring.ledger,
            self._outbox,
            self.audience,
            self._wiring.clock(),
        )

    def run(self, *, progress: bool = False) -> Report:
        """
        Text everybody who may be texted.

        Consent is asked again in the transaction that writes down the
        intent, so a STOP that came in a moment ago counts.

        Args:
            progress: Show a bar, in a terminal or a notebook.

        Raises:
            CampaignError: The id was used for another text.
            TransportError: The account cannot send, or nothing leaves for
                the provider. What left and what did not is on record; run
                again to go on.
            MissingExtraError: A bar needs the extra ``notebook``.
        """
        wiring = self._wiring
        fit_to_send(wiring.ledger)
        total = len(self.audience)
        texted = not_sent = 0
        with progress_bar(total, self.id, enabled=progress) as bar:
            self._outbox.open(self.fingerprint, wiring.clock())
            self._outbox.abandon(wiring.clock())
            self._refused.clear()
            size = wiring.transport.capabilities.batch_size
            for some in chunks(self.audience.contacts, max(size, 1)):
                ready = self._intend(some)
                if ready:
                    outcomes = [each for _, each in self._dispatch.send(ready)]
                    kinds = Counter(map(type, outcomes))
                    texted += kinds[Accepted] + kinds[Uncertain]
                    not_sent += kinds[NotSent]
                    _stop_if_pointless(outcomes)
                bar.advance(len(some))
        return self._report(newly_texted=texted, not_sent=not_sent)

    def settle(self, *, final: bool = False) -> Report:
        """
        Ask the provider what became of messages in doubt.

        What is learnt is written down; what did not leave is tried by the
        next run. Nobody is texted twice: a provider that is asked by handing
        a message over again knows it by its key, and only what the gate
        lets through now is handed over.

        Args:
            final: Whether enough time has passed, a quarter of an hour at
                least, for the provider's records to be complete: what is
                not in them did not leave.

        Raises:
            ConfigurationError: The transport cannot be asked.
            TransportError: The provider could not be asked.
        """
        wiring = self._wiring
        fit_to_send(wiring.ledger)
        settling = Settling(
            wiring, self.id, self._terms, self.template, self._dispatch
        )
        for some in chunks(self.audience.contacts, _ASKED_AT_ONCE):
            settling.settle(some, final=final)
        return self._report()

    def _intend(
        self, contacts: Sequence[Contact]
    ) -> list[tuple[Case, Intent]]:
        """Decide for a few people, and commit the intents."""
        wiring = self._wiring
        ledger = wiring.ledger
        tokens = ledger.tokens(contact.number for contact in contacts)
        ready: list[tuple[Case, Intent]] = []
        refused: Counter[str] = Counter()
        with ledger.store.transaction():
            self._outbox.hold()
            now = wiring.clock()
            states = ledger.standings(tokens, self.purpose, now)
            known = self._outbox.sent(tokens)
            decided = screen(
                self._terms,
                self.template,
                contacts,
                states=states,
                sent=[known.get(token, "") for token in tokens],
                spent=self._outbox.spent(),
                now=now,
            )
            for token, (case, refusal) in zip(tokens, decided, strict=True):
                if refusal is None:
                    ready.append((case, intent_of(case, token)))
                else:
                    refused[refusal.rule] += 1
            going = self._outbox.intend((intent for _, intent in ready), now)
        self._refused.update(refused)
        return [pair for pair in ready if pair[1].attempt in going]

    def report(self) -> Report:
        """What became of the campaign, in all its runs so far."""
        return self._report()

    def _report(self, newly_texted: int = 0, not_sent: int = 0) -> Report:
        return Report.of(
            self.id,
            self._wiring.clock(),
            self._outbox.tallies(),
            self._wiring.prices.currency,
            refused=dict(self._refused.most_common()),
            newly_texted=newly_texted,
            not_sent=not_sent,
        )

    @property
    def fingerprint(self) -> str:
        """Hash of what the campaign says, for what, and from whom."""
        sender = self._wiring.originator.text
        currency = self._wiring.prices.currency
        content = (
            f"{self.template.sha256}\n{self.purpose.name}\n"
            f"{sender}\n{currency}"
        )
        return hashlib.sha256(content.encode()).hexdigest()

    def __repr__(self) -> str:
        return (
            f"<Campaign {self.id!r} for {self.purpose.name}, "
            f"{len(self.audience):,} contacts>"
        )


def _stop_if_pointless(outcomes: Sequence[Outcome]) -> None:
    """Stop a run that can only go on failing; all of it is on record."""
    for outcome in outcomes:
        if isinstance(outcome, Rejected) and outcome.account_wide:
            raise TransportError(
                f"The provider refuses the whole account: {outcome.reason}"
                f"{f' (code {outcome.code})' if outcome.code else ''}. What "
                "was not tried was not sent. Put it right and run again."
            )
    if all(isinstance(outcome, NotSent) for outcome in outcomes):
        raise TransportError(
            "Nothing leaves for the provider at present: none of a whole "
            "batch was sent. Run again to go on."
        )
