"""Making the plan: one pass over the audience, with running sums only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from attrs import define, field

from anonsms.audience import Audience, Contact
from anonsms.campaign.outbox import Outbox
from anonsms.campaign.plan import CountryShare, DearCharacter, Plan, Sample
from anonsms.campaign.screening import screen
from anonsms.consent import Purpose
from anonsms.gate import Case, Terms
from anonsms.ledger import Ledger
from anonsms.masking import BULLET
from anonsms.parts import Encoding, measure
from anonsms.template import Template


CHUNK: Final = 1_000
"""Contacts whose standing is looked up together."""

_SAMPLES: Final = 3
_DEAR_SEEN: Final = 200
_DEAR_SHOWN: Final = 8
_NOWHERE: Final = "no country"


def chunks(
    contacts: Sequence[Contact], size: int
) -> Iterator[Sequence[Contact]]:
    """Cut an audience into runs of at most ``size``."""
    for start in range(0, len(contacts), size):
        yield contacts[start : start + size]


@define
class _Dear:
    """One character's account."""

    name: str
    spelling: str | None
    texts: int = 0
    saves: int = 0


@define
class _Share:
    """One country's account."""

    messages: int = 0
    parts: int = 0
    price: Decimal | None = None


@define
class Planner:
    """Adds up what a campaign would do."""

    template: Template
    terms: Terms
    refused: Counter[str] = field(factory=Counter)
    because: dict[str, str] = field(factory=dict)
    sizes: Counter[tuple[Encoding, int]] = field(factory=Counter)
    shares: dict[str, _Share] = field(factory=dict)
    unpriced: int = 0
    samples: list[Sample] = field(factory=list)
    dear: dict[str, _Dear] = field(factory=dict)
    dear_texts: int = 0
    dear_seen: int = 0

    def plan(
        self,
        name: str,
        ledger: Ledger,
        outbox: Outbox,
        audience: Audience,
        now: datetime,
    ) -> Plan:
        """Go through the audience once."""
        spent = outbox.spent()
        before = spent.price
        begun = outbox.begun()
        for some in chunks(audience.contacts, CHUNK):
            tokens = ledger.tokens(contact.number for contact in some)
            states = ledger.standings(tokens, self.terms.purpose, now)
            known = outbox.sent(tokens) if begun else {}
            sent = [known.get(token, "") for token in tokens]
            for case, refusal in screen(
                self.terms,
                self.template,
                some,
                states=states,
                sent=sent,
                spent=spent,
                now=now,
            ):
                if refusal is None:
                    self._count(case)
                else:
                    self.refused[refusal.rule] += 1
                    self.because.setdefault(refusal.rule, refusal.because)
        return self._result(
            name, len(audience), self.terms.purpose, spent.price - before, now
        )

    def _count(self, case: Case) -> None:
        encoding, units, parts = case.tally
        self.sizes[encoding, parts] += 1
        price = case.price
        country = case.number.region or _NOWHERE
        share = self.shares.get(country)
        if share is None:
            share = self.shares[country] = _Share()
        share.messages += 1
        share.parts += parts
        if price is None:
            self.unpriced += 1
        else:
            share.price = (share.price or 0) + price
        if parts > 1:
            # In one part UCS-2 costs what GSM-7 costs.
            self.dear_texts += 1
            if self.dear_seen < _DEAR_SEEN:
                self.dear_seen += 1
                self._blame(case.body)
        if len(self.samples) < _SAMPLES:
            self.samples.append(
                Sample(
                    number=case.number.masked,
                    text=veil(case.body, self.template.literals),
                    encoding=encoding.value,
                    units=units,
                    parts=parts,
                )
            )

    def _blame(self, text: str) -> None:
        for culprit in measure(text).culprits:
            if culprit.saves or culprit.spelling is None:
                dear = self.dear.setdefault(
                    culprit.character, _Dear(culprit.name, culprit.spelling)
                )
                dear.texts += 1
                dear.saves += culprit.saves

    def _result(
        self,
        name: str,
        contacts: int,
        purpose: Purpose,
        price: Decimal,
        now: datetime,
    ) -> Plan:
        worst = sorted(
            self.dear.items(),
            key=lambda item: (-item[1].saves, -item[1].texts),
        )
        by_size = sorted(
            self.shares.items(), key=lambda item: -item[1].messages
        )
        return Plan(
            campaign=name,
            purpose=purpose.name,
            at=now,
            contacts=contacts,
            sendable=sum(self.sizes.values()),
            refused=dict(self.refused.most_common()),
            because=self.because,
            parts={
                f"{parts} part{'s' if parts > 1 else ''} {encoding}": number
                for (encoding, parts), number in sorted(self.sizes.items())
            },
            countries={
                country: CountryShare(s.messages, s.parts, s.price)
                for country, s in by_size
            },
            price=price,
            unpriced=self.unpriced,
            prices=self.terms.prices,
            samples=tuple(self.samples),
            dear=tuple(
                DearCharacter(char, d.name, d.spelling, d.texts, d.saves)
                for char, d in worst[:_DEAR_SHOWN]
            ),
            dear_texts=self.dear_texts,
            dear_seen=self.dear_seen,
        )


def veil(text: str, literals: Sequence[str]) -> str:
    """
    Hide in a rendered text all that is not the template's own.

    >>> veil("Bonjour Zoé, -20 %", ["Bonjour ", ", -20 %"])
    'Bonjour •••, -20 %'
    """
    shown: list[str] = []
    at = 0
    for number, literal in enumerate(literals):
        if number == len(literals) - 1 and text.endswith(literal):
            # A value may repeat the last piece: its own place is the end.
            found = len(text) - len(literal)
        else:
            found = text.find(literal, at)
        if found < at:
            break
        shown += (BULLET * (found - at), literal)
        at = found + len(literal)
    shown.append(BULLET * (len(text) - at))
    return "".join(shown)
