"""The report: what became of a campaign, read from its outbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from attrs import frozen

from anonsms.campaign.outbox import Tally
from anonsms.campaign.state import SendState
from anonsms.display import (
    Html,
    html_block,
    html_heading,
    html_table,
    moment,
    money,
    percent,
    text_table,
)


@frozen(repr=False, kw_only=True)
class Report:
    """
    What became of a campaign so far.

    Made from the rows in the database, so it is right after a crash and in
    another process too.

    Attributes:
        campaign: The campaign's id.
        at: The moment of the report; aware, UTC.
        states: How many messages are where.
        rejected_because: How many the provider rejected, by its reason.
        refused: How many the gate refused in the last run of this process,
            by rule; empty before a run.
        newly_texted: Messages of the run behind this report that were taken,
            or may have been.
        not_sent: Messages of that run which certainly did not leave; run
            again, and they are tried again.
        parts: Parts on the air of all that was not rejected.
        price: Their price, as far as there are prices.
        currency: ISO 4217 code of ``price``.
    """

    campaign: str
    at: datetime
    states: Mapping[SendState, int]
    rejected_because: Mapping[str, int]
    refused: Mapping[str, int]
    newly_texted: int
    parts: int
    price: Decimal
    currency: str
    not_sent: int = 0

    @classmethod
    def of(  # noqa: PLR0913 - the parts of one report
        cls,
        campaign: str,
        at: datetime,
        tallies: Iterable[Tally],
        currency: str,
        *,
        refused: Mapping[str, int],
        newly_texted: int = 0,
        not_sent: int = 0,
    ) -> Report:
        """Add up the rows of an outbox."""
        states: Counter[SendState] = Counter()
        reasons: Counter[str] = Counter()
        parts, price = 0, Decimal(0)
        for tally in tallies:
            states[tally.state] += tally.messages
            if tally.state is SendState.REJECTED:
                reasons[tally.reason] += tally.messages
            else:
                parts += tally.parts
                price += tally.price
        return cls(
            campaign=campaign,
            at=at,
            states=states,
            rejected_because=dict(reasons.most_common()),
            refused=dict(refused),
            newly_texted=newly_texted,
            not_sent=not_sent,
            parts=parts,
            price=price,
            currency=currency,
        )

    @property
    def texted(self) -> int:
        """Messages that the provider took."""
        return sum(self.states.get(state, 0) for state in _TAKEN)

    @property
    def delivered(self) -> int:
        """Messages that the network says arrived."""
        return self.states.get(SendState.DELIVERED, 0)

    @property
    def rejected(self) -> int:
        """Messages that the provider refused."""
        return self.states.get(SendState.REJECTED, 0)

    @property
    def in_doubt(self) -> int:
        """Messages of which nobody knows whether they left."""
        return self.states.get(SendState.IN_DOUBT, 0) + self.states.get(
            SendState.DISPATCHING, 0
        )

    def _rows(self) -> list[tuple[str, object, str]]:
        taken = self.texted
        rows: list[tuple[str, object, str]] = [
            ("taken by the provider", taken, ""),
        ]
        for state in (
            SendState.DELIVERED,
            SendState.UNDELIVERED,
            SendState.EXPIRED,
        ):
            number = self.states.get(state, 0)
            rows.append((f"  {state}", number, percent(number, taken)))
        waiting = self.states.get(SendState.ACCEPTED, 0)
        rows.append(("  no receipt yet", waiting, percent(waiting, taken)))
        rows.append(("rejected by the provider", self.rejected, ""))
        rows += [
            (f"  {reason}", number, "")
            for reason, number in self.rejected_because.items()
        ]
        rows.append(("in doubt, never repeated", self.in_doubt, ""))
        if self.not_sent:
            rows.append(("did not leave; run again", self.not_sent, ""))
        if self.refused:
            rows.append(
                ("refused by the gate", sum(self.refused.values()), "")
            )
            rows += [
                (f"  {rule}", number, "")
                for rule, number in self.refused.items()
            ]
        rows.append(("parts on the air", self.parts, ""))
        rows.append(("price", money(self.price, self.currency), ""))
        return rows

    @property
    def _title(self) -> str:
        return f"Report of {self.campaign}"

    def __repr__(self) -> str:
        return (
            f"<Report {self.campaign!r}: {self.texted:,} texted, "
            f"{self.delivered:,} delivered, {self.rejected:,} rejected, "
            f"{self.in_doubt:,} in doubt>"
        )

    def __str__(self) -> str:
        table = text_table(self._rows(), align="lrr")
        return f"{self._title}, {moment(self.at)}\n\n{table}"

    def _repr_html_(self) -> Html:
        return html_block(
            html_heading(self._title, moment(self.at)),
            html_table(self._rows(), align="lrr"),
        )


_TAKEN: Final = (
    SendState.ACCEPTED,
    SendState.DELIVERED,
    SendState.UNDELIVERED,
    SendState.EXPIRED,
)
