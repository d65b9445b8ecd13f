"""
The outbox: what was tried with whom, written before it is tried.

A row is committed as ``dispatching`` before the transport is called, and
settled with what the transport said. A row that nobody settled is in doubt
and is never sent again blindly: a crash costs a text at worst, it never
sends one twice.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from attrs import frozen

from anonsms.errors import CampaignError
from anonsms.ledger import Store
from anonsms.ledger.moments import micros
from anonsms.message import (
    Accepted,
    DeliveryReceipt,
    DeliveryStatus,
    Outcome,
    Rejected,
)


class SendState(enum.StrEnum):
    """Where one message of one campaign is."""

    DISPATCHING = "dispatching"
    """Handed to the transport, or about to be."""
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    IN_DOUBT = "in_doubt"
    """Nobody knows whether it left; it is not repeated."""
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"


# A receipt only ever moves a message on: late and repeated ones change
# nothing. Delivery is the last word, even after the network gave up once.
_BEFORE: Final[dict[DeliveryStatus, tuple[SendState, ...]]] = {
    DeliveryStatus.DELIVERED: (
        SendState.ACCEPTED,
        SendState.IN_DOUBT,
        SendState.UNDELIVERED,
        SendState.EXPIRED,
    ),
    DeliveryStatus.UNDELIVERED: (SendState.ACCEPTED, SendState.IN_DOUBT),
    DeliveryStatus.EXPIRED: (SendState.ACCEPTED, SendState.IN_DOUBT),
}

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
            CampaignError: The id was used for another template, purpose or
                originator.
        """
        with self._store.transaction():
            self._store.execute(
                "INSERT INTO campaign (id, fingerprint, created_at) "
                "VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
                (self._campaign, fingerprint, micros(now)),
            )
            [[known]] = self._store.query(
                "SELECT fingerprint FROM campaign WHERE id = ?",
                (self._campaign,),
            )
        if known != fingerprint:
            raise CampaignError(
                f"Campaign {self._campaign!r} was begun with another "
                "template, purpose or originator. Take a new id for a new "
                "text, or the old text to go on."
            )

    def abandon(self, now: datetime) -> None:
        """What an earlier run left unsettled is in doubt from now on."""
        self._store.execute(
            "UPDATE outbox SET state = ?, updated_at = ? "
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
                "SELECT 1 FROM outbox WHERE campaign = ? LIMIT 1",
                (self._campaign,),
            )
        )

    def sent(self, tokens: Sequence[bytes]) -> dict[bytes, str]:
        """The states of those among ``tokens`` who have a row already."""
        found: dict[bytes, str] = {}
        for start in range(0, len(tokens), _MOST_MARKS):
            some = tokens[start : start + _MOST_MARKS]
            marks = ",".join("?" * len(some))
            found.update(
                self._store.query(
                    # Only question marks are put into the statement.
                    "SELECT token, state FROM outbox "  # noqa: S608
                    f"WHERE campaign = ? AND token IN ({marks})",
                    (self._campaign, *some),
                )
            )
        return found

    def intend(self, intents: Iterable[Intent], now: datetime) -> set[str]:
        """
        Write down what is about to be sent; call it in a transaction.

        Returns:
            The attempts that may go ahead. One that is missing belongs to
            a person whom somebody else is texting at this moment.
        """
        return {
            intent.attempt
            for intent in intents
            if self._store.execute(
                "INSERT INTO outbox (campaign, token, attempt, state, parts,"
                " price, currency, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (campaign, token) DO NOTHING",
                (
                    self._campaign,
                    intent.token,
                    intent.attempt,
                    SendState.DISPATCHING,
                    intent.parts,
                    None if intent.price is None else str(intent.price),
                    self._currency,
                    micros(now),
                ),
            )
        }

    def settle(self, outcomes: Mapping[bytes, Outcome], now: datetime) -> None:
        """Write down what the transport said, by token."""
        with self._store.transaction():
            self._store.executemany(
                "UPDATE outbox SET state = ?, provider_id = ?, reason = ?, "
                "updated_at = ? WHERE campaign = ? AND token = ? "
                "AND attempt = ? AND state IN ('dispatching', 'in_doubt')",
                [
                    (
                        *_settled(outcome),
                        micros(now),
                        self._campaign,
                        token,
                        outcome.key,
                    )
                    for token, outcome in outcomes.items()
                ],
            )

    def forget(self, attempts: Iterable[str]) -> None:
        """Take back intents of which it is certain that nothing left."""
        with self._store.transaction():
            self._store.executemany(
                "DELETE FROM outbox WHERE attempt = ? "
                "AND state = 'dispatching'",
                [(attempt,) for attempt in attempts],
            )

    def tallies(self) -> Iterator[Tally]:
        """The rows, added up by how they ended."""
        rows = self._store.query(
            "SELECT state, reason, parts, price, count(*) FROM outbox "
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


def apply_receipt(
    store: Store, receipt: DeliveryReceipt, now: datetime
) -> bool:
    """
    Move the message that a receipt is about, whatever its campaign.

    Returns:
        Whether anything moved: late, repeated and unknown ones change
        nothing.
    """
    before = _BEFORE.get(receipt.status)
    if before is None or not receipt.provider_id:
        return False
    marks = ",".join("?" * len(before))
    moved = store.execute(
        # Only question marks are put into the statement.
        "UPDATE outbox SET state = ?, updated_at = ? "  # noqa: S608
        f"WHERE provider_id = ? AND state IN ({marks})",
        (receipt.status, micros(now), receipt.provider_id, *before),
    )
    return moved > 0


def _settled(outcome: Outcome) -> tuple[SendState, str | None, str]:
    if isinstance(outcome, Accepted):
        return SendState.ACCEPTED, outcome.provider_id, ""
    if isinstance(outcome, Rejected):
        return SendState.REJECTED, None, outcome.reason.value
    return SendState.IN_DOUBT, None, ""
