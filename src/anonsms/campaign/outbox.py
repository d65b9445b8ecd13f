"""
The outbox: what was tried with whom, written before it is tried.

A row is committed as ``dispatching`` before the transport is called, and
settled with what the transport said. A row that nobody settled is in doubt
and is never sent again blindly: a crash costs a text at worst, it never
sends one twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from attrs import frozen

from anonsms.campaign.arrivals import apply_early
from anonsms.campaign.state import SendState
from anonsms.errors import CampaignError
from anonsms.gate import Spending
from anonsms.ledger import Hold, Store
from anonsms.ledger.moments import micros
from anonsms.ledger.pieces import cut, marks
from anonsms.message import (
    Accepted,
    NotSent,
    Outcome,
    Rejected,
    Uncertain,
)


# Faults of the shop's own, after which the same text may go out.
_MAY_TRY_AGAIN: Final = (
    "(anonsms_outbox.state = 'rejected' "
    "AND anonsms_outbox.reason IN ('money', 'account', 'originator'))"
)
_OPEN: Final = "state IN ('dispatching', 'in_doubt')"
_SETTLE: Final = (
    "UPDATE anonsms_outbox SET state = ?, provider_id = ?, reason = ?, "  # noqa: S608
    f"updated_at = ? WHERE attempt = ? AND {_OPEN}"
)
_NOTHING: Final = Decimal(0)
_MOST_MARKS: Final = 900  # SQLite took at most 999 before 3.32


@frozen
class Intent:
    """
    One message about to be handed over.

    Attributes:
        token: Whom it goes to.
        attempt: Opaque id of this attempt.
        parts: Parts on the air.
        price: What it costs; ``None`` if there is no price.
    """

    token: bytes
    attempt: str
    parts: int
    price: Decimal | None


@frozen
class Tally:
    """
    Messages of one campaign that ended alike.

    Attributes:
        state: Where they are.
        reason: Why, for those that were rejected.
        messages: How many there are.
        parts: Their parts together.
        price: Their price together, as far as it is known.
    """

    state: SendState
    reason: str
    messages: int
    parts: int
    price: Decimal


class Outbox:
    """The rows of one campaign, in the ledger's database."""

    def __init__(self, store: Store, campaign: str, currency: str) -> None:
        """
        Look at the rows of a campaign.

        Args:
            store: The ledger's database.
            campaign: The campaign's id.
            currency: ISO 4217 code of the prices that are written.
        """
        self._store = store
        self._campaign = campaign
        self._currency = currency

    def open(self, fingerprint: str, now: datetime) -> None:
        """
        Begin the campaign, or go on with it.

        Args:
            fingerprint: What the campaign says and for what purpose.
            now: Aware, UTC.

        Raises:
            CampaignError: The id was used for another template, purpose,
                originator or currency.
        """
        with self._store.transaction():
            self._store.execute(
                "INSERT INTO anonsms_campaign (id, fingerprint, created_at) "
                "VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
                (self._campaign, fingerprint, micros(now)),
            )
            [[known]] = self._store.query(
                "SELECT fingerprint FROM anonsms_campaign WHERE id = ?",
                (self._campaign,),
            )
        if known != fingerprint:
            raise CampaignError(
                f"Campaign {self._campaign!r} was begun with another "
                "template, purpose, originator or currency. Take a new id "
                "for a new text, or the old text to go on."
            )

    def abandon(self, now: datetime) -> None:
        """What an earlier run left unsettled is in doubt from now on."""
        with self._store.transaction():
            self.hold()
            self._store.execute(
                "UPDATE anonsms_outbox SET state = ?, updated_at = ? "
                "WHERE campaign = ? AND state = ?",
                (
                    SendState.IN_DOUBT,
                    micros(now),
                    self._campaign,
                    SendState.DISPATCHING,
                ),
            )

    def begun(self) -> bool:
        """Whether anybody has a row yet."""
        return bool(
            self._store.query(
                "SELECT 1 FROM anonsms_outbox WHERE campaign = ? LIMIT 1",
                (self._campaign,),
            )
        )

    def sent(self, tokens: Sequence[bytes]) -> dict[bytes, str]:
        """
        The states of those among ``tokens`` who have a row already.

        Who was rejected for a fault of the shop's own, such as an empty
        account, got nothing and may be tried again: they are left out.
        """
        found: dict[bytes, str] = {}
        for some in cut(list(tokens), _MOST_MARKS):
            marks = ",".join("?" * len(some))
            found.update(
                self._store.query(
                    # Only question marks are put into the statement.
                    "SELECT token, state FROM anonsms_outbox "  # noqa: S608
                    f"WHERE campaign = ? AND token IN ({marks}) "
                    f"AND NOT {_MAY_TRY_AGAIN}",
                    (self._campaign, *some),
                )
            )
        return found

    def spent(self) -> Spending:
        """What the campaign has used up, in all its runs together."""
        rows = self._store.query(
            "SELECT recipients, price FROM anonsms_campaign WHERE id = ?",
            (self._campaign,),
        )
        for recipients, price in rows:
            return Spending(Decimal(price), recipients)
        return Spending()

    def hold(self) -> None:
        """
        Keep other runs of the campaign out until our transaction ends.

        Call it before anything is looked at: two runs that had both seen
        what is left of a budget would both use it up. Whatever writes to
        several rows comes through here first, so that no two wait for each
        other.
        """
        self._store.hold(Hold.CAMPAIGN, self._campaign.encode())

    def _use_up(self, recipients: int, price: Decimal) -> None:
        """Add to what is used up; call it while the campaign is held."""
        spent = self.spent()
        self._store.execute(
            "UPDATE anonsms_campaign SET recipients = ?, price = ? "
            "WHERE id = ?",
            (
                spent.recipients + recipients,
                str(spent.price + price),
                self._campaign,
            ),
        )

    def intend(self, intents: Iterable[Intent], now: datetime) -> set[str]:
        """
        Write down what is about to be sent; call it after :meth:`hold`.

        Returns:
            The attempts that may go ahead. One that is missing belongs to
            a person whom somebody else is texting at this moment.
        """
        wanted = list(intents)
        at = micros(now)
        written = self._store.executemany(
            # The condition is made of our own words only.
            "INSERT INTO anonsms_outbox (campaign, token, attempt,"  # noqa: S608
            " state, parts, price, currency, intended_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (campaign, token) DO UPDATE SET"
            " attempt = excluded.attempt, state = excluded.state,"
            " reason = '', parts = excluded.parts,"
            " price = excluded.price,"
            " intended_at = excluded.intended_at,"
            " updated_at = excluded.updated_at"
            f" WHERE {_MAY_TRY_AGAIN}",
            [
                (
                    self._campaign,
                    intent.token,
                    intent.attempt,
                    SendState.DISPATCHING,
                    intent.parts,
                    None if intent.price is None else str(intent.price),
                    self._currency,
                    at,
                    at,
                )
                for intent in wanted
            ],
        )
        going = wanted
        if written != len(wanted):
            ours = self._attempts([intent.token for intent in wanted])
            going = [each for each in wanted if each.attempt in ours]
        self._use_up(
            len(going), sum((i.price or _NOTHING for i in going), _NOTHING)
        )
        return {intent.attempt for intent in going}

    def settle(
        self, outcomes: Sequence[tuple[Intent, Outcome]], now: datetime
    ) -> None:
        """
        Write down what the transport said to each attempt.

        What is certain not to have left is taken back.
        """
        self.forget(i for i, each in outcomes if isinstance(each, NotSent))
        at = micros(now)
        with self._store.transaction():
            self.hold()
            self._store.executemany(
                _SETTLE,
                [
                    (*_settled(outcome), at, intent.attempt)
                    for intent, outcome in outcomes
                    if isinstance(outcome, Accepted | Uncertain)
                ],
            )
            for intent, outcome in outcomes:
                if isinstance(outcome, Rejected) and self._store.execute(
                    _SETTLE, (*_settled(outcome), at, intent.attempt)
                ):
                    self._use_up(-1, -(intent.price or _NOTHING))
        apply_early(
            self._store,
            [
                each.provider_id
                for _, each in outcomes
                if isinstance(each, Accepted) and each.provider_id
            ],
            now,
        )

    def _attempts(self, tokens: Sequence[bytes]) -> set[str]:
        """The attempts on record for these people."""
        return {
            attempt
            for some in cut(list(tokens), _MOST_MARKS)
            for [attempt] in self._store.query(
                # Only question marks are put into the statement.
                "SELECT attempt FROM anonsms_outbox "  # noqa: S608
                f"WHERE campaign = ? AND token IN {marks(len(some))}",
                (self._campaign, *some),
            )
        }

    def forget(self, intents: Iterable[Intent]) -> None:
        """Take back intents of which it is certain that nothing left."""
        intents = list(intents)
        if not intents:
            return
        with self._store.transaction():
            self.hold()
            for intent in intents:
                if self._store.execute(
                    "DELETE FROM anonsms_outbox "  # noqa: S608
                    f"WHERE attempt = ? AND {_OPEN}",
                    (intent.attempt,),
                ):
                    self._use_up(-1, -(intent.price or _NOTHING))

    def tallies(self) -> Iterator[Tally]:
        """The rows, added up by how they ended."""
        rows = self._store.query(
            "SELECT state, reason, parts, price, count(*) FROM anonsms_outbox "
            "WHERE campaign = ? GROUP BY state, reason, parts, price",
            (self._campaign,),
        )
        for state, reason, parts, price, messages in rows:
            yield Tally(
                SendState(state),
                reason,
                messages,
                parts * messages,
                Decimal(price or 0) * messages,
            )


def _settled(outcome: Outcome) -> tuple[SendState, str | None, str]:
    if isinstance(outcome, Accepted):
        return SendState.ACCEPTED, outcome.provider_id or None, ""
    if isinstance(outcome, Rejected):
        return SendState.REJECTED, None, outcome.reason.value
    return SendState.IN_DOUBT, None, ""
